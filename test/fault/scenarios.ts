import { redisTrouble } from "./scenario/redis-trouble.ts";
import { rescueRace } from "./scenario/rescue-race.ts";
import { stopped } from "./scenario/stopped.ts";
import type { Scenario } from "./scenario.ts";

/** Every fault scenario, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [redisTrouble, rescueRace, stopped];
