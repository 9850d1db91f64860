import { version } from "../package.json" with { type: "json" };
import { developerToken } from "./auth/developer.ts";
import { generatedSecret } from "./auth/generated-secret.ts";
import { runAsk } from "./cli/ask.ts";
import { systemTerminal } from "./cli/ask-terminal.ts";
import { helpText } from "./cli/help.ts";
import { locateEngine } from "./cli/locate-engine.ts";
import { migrateVerb } from "./cli/migrate.ts";
import { serveVerb } from "./cli/serve.ts";
import { tokenVerb } from "./cli/token.ts";
import { type Config, readConfig } from "./config.ts";
import { AppError, messageOf } from "./error.ts";
import { logger } from "./log.ts";
import { runParserChild } from "./parsing/child.ts";
import type { Engine } from "./role/engine.ts";

const EXIT_WRONG_USE = 2;

/** How this very program is started again: as the executable, or as a script under Bun. */
const COMMAND = Bun.main.startsWith("/$bunfs/") ? [process.execPath] : [process.execPath, Bun.main];

async function main([verb = "serve", ...args]: string[]): Promise<void> {
  switch (verb) {
    case "serve":
      return await serve(readConfig(process.env));
    case "migrate":
      return print(await migrateVerb(readConfig(process.env)));
    case "token":
      return print(await tokenVerb(args, readConfig(process.env)));
    case "ask":
      process.exit(await ask(args, readConfig(process.env)));
    case "__parse":
      return await runParserChild();
    case "help":
    case "--help":
    case "-h":
      return print(helpText().trimEnd());
    case "--version":
      return print(version);
    default:
      throw new AppError("invalid_request", `There is no verb '${verb}'; see rag-engine --help.`);
  }
}

async function serve(config: Config): Promise<void> {
  const started: { engine?: Engine } = {};
  let stopping = false;
  const stop = async (code: number) => {
    // Whoever asks twice does not want to wait.
    if (stopping) process.exit(code || 1);
    stopping = true;
    const late = (await started.engine?.stop(config.shutdownSeconds * 1000)) ?? [];
    if (late.length > 0) logger("stop").warn(`Did not stop in time: ${late.join(", ")}.`);
    process.exit(code);
  };
  process.on("SIGTERM", () => void stop(0));
  process.on("SIGINT", () => void stop(0));
  started.engine = await serveVerb(config, COMMAND, process.stdout.isTTY, (error) => {
    logger("engine").fatal(messageOf(error));
    void stop(1);
  });
}

async function ask(args: readonly string[], config: Config): Promise<number> {
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  process.once("SIGTERM", () => interrupted.abort());
  const plain = Boolean(process.env["NO_COLOR"] ?? process.env["CI"]);
  const { signal } = interrupted;
  const locateDeps = {
    dataDir: config.dataDir,
    port: config.port,
    hasDatabaseUrl: config.databaseUrl !== undefined,
    signToken: async () =>
      await developerToken(config.jwtSecret ?? (await generatedSecret(config.dataDir))),
    command: COMMAND,
    environment: process.env,
  };
  return await runAsk(args, {
    locateEngine: () => locateEngine(locateDeps, signal),
    out: systemTerminal({ plain }),
    signal,
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`rag-engine: ${messageOf(error)}\n`);
  const wrongUse = error instanceof AppError && error.code === "invalid_request";
  process.exit(wrongUse ? EXIT_WRONG_USE : 1);
});
