import { developerToken } from "../auth/developer.ts";
import { generatedSecret } from "../auth/generated-secret.ts";
import type { Config } from "../config.ts";
import { runAsk } from "./ask.ts";
import { systemTerminal } from "./ask-terminal.ts";
import { locateEngine } from "./locate-engine.ts";

export interface AskSurroundings {
  /** This very program, ready to be followed by a verb. */
  readonly command: readonly string[];
  /** What an engine that is started for the question inherits. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts when the user gives up. */
  readonly signal: AbortSignal;
}

/** `ask FILE… "QUESTION"` on this terminal. @returns the exit code */
export async function askVerb(
  args: readonly string[],
  config: Config,
  { command, environment, signal }: AskSurroundings,
): Promise<number> {
  const signToken = async () =>
    await developerToken(config.jwtSecret ?? (await generatedSecret(config.dataDir)));
  const settings = {
    dataDir: config.dataDir,
    port: config.port,
    hasDatabaseUrl: config.databaseUrl !== undefined,
    signToken,
    command,
    environment,
  };
  const plain = Boolean(environment["NO_COLOR"] ?? environment["CI"]);
  return await runAsk(args, {
    locateEngine: () => locateEngine(settings, signal),
    out: systemTerminal({ plain }),
    signal,
  });
}
