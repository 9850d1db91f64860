import type { Config } from "../config.ts";
import { configureLog, logger } from "../log.ts";
import { type Engine, startEngine } from "../role/engine.ts";

/** `serve`: runs until it is told to stop. */
export async function serveVerb(
  config: Config,
  command: readonly string[],
  readable: boolean,
  onFailure: (error: Error) => void,
): Promise<Engine> {
  configureLog(config.logLevel, { readable });
  const engine = await startEngine(config, { command, onFailure });
  logger("start").info(`ROLE=${config.role} is ready at ${engine.url}.`);
  if (engine.signedInUrl) process.stdout.write(welcome(engine.signedInUrl));
  return engine;
}

function welcome(signedInUrl: string): string {
  return `
  rag-engine is ready. Open it, already signed in:

    ${signedInUrl}

  Next, in another terminal:  ./dev ask FILE… "QUESTION"   (or: rag-engine ask FILE… "QUESTION")

`;
}
