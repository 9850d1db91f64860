import { bullMq } from "./bullmq.ts";
import { engine } from "./engine.ts";
import { graphileWorker } from "./graphile.ts";
import { pgBoss } from "./pg-boss.ts";
import type { System } from "./system.ts";

const ALL: readonly System[] = [engine, bullMq, graphileWorker, pgBoss];

/** @throws Error if no system has this name */
export function systemNamed(name: string | undefined): System {
  const found = ALL.find((system) => system.name === name);
  if (!found) throw new Error(`There is no queue named ${name}.`);
  return found;
}
