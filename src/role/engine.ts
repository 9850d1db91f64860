import type { Config } from "../config.ts";
import { DatabaseHealth } from "../postgres/health.ts";
import { openDatabase } from "./database.ts";
import type { Address } from "./play.ts";
import { Running } from "./running.ts";

export interface Engine extends Address {
  /** @returns the names of services that had not stopped when the time was up */
  stop(deadlineMs: number): Promise<string[]>;
}

export interface EngineOptions {
  /** This very program, for its parser children. */
  readonly command: readonly string[];
  /** Called if an embedded part breaks: the process cannot go on. */
  readonly onFailure: (error: Error) => void;
}

/** Starts the part of the engine that this process plays. */
export async function startEngine(config: Config, options: EngineOptions): Promise<Engine> {
  const running = new Running();
  const health = new DatabaseHealth();
  try {
    // The embedded database opens on its own thread while this one loads the rest of the program.
    const [database, { playRole }] = await Promise.all([
      openDatabase(config, running, health, options.onFailure),
      import("./play.ts"),
    ]);
    const address = await playRole(config, { ...database, health }, running, options.command);
    return { ...address, stop: (deadlineMs) => running.stop(deadlineMs) };
  } catch (error) {
    await running.stop(config.shutdownSeconds * 1000);
    throw error;
  }
}
