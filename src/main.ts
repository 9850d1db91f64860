import { version } from "../package.json" with { type: "json" };
import { type Config, readConfig } from "./config.ts";
import { AppError, messageOf } from "./error.ts";
import { logger } from "./log.ts";
import type { Engine } from "./role/engine.ts";

const EXIT_WRONG_USE = 2;

/** How this very program is started again: as the executable, or as a script under Bun. */
const COMMAND = Bun.main.startsWith("/$bunfs/") ? [process.execPath] : [process.execPath, Bun.main];

/** Each verb loads what it needs: a parser child is small, and started often. */
async function main([verb = "serve", ...args]: string[]): Promise<void> {
  switch (asksForHelp(args) ? "help" : verb) {
    case "serve":
      takesNothing(verb, args);
      return await serve(readConfig(process.env));
    case "migrate": {
      takesNothing(verb, args);
      const { migrateVerb } = await import("./cli/migrate.ts");
      return print(await migrateVerb(readConfig(process.env)));
    }
    case "health": {
      const { healthVerb } = await import("./cli/health.ts");
      return print(await healthVerb(args, readConfig(process.env)));
    }
    case "revoke": {
      const { revokeVerb } = await import("./cli/revoke.ts");
      return print(await revokeVerb(args, readConfig(process.env)));
    }
    case "token": {
      const { tokenVerb } = await import("./cli/token.ts");
      return print(await tokenVerb(args, readConfig(process.env)));
    }
    case "jobs": {
      const { jobsVerb } = await import("./cli/jobs.ts");
      return print(await jobsVerb(args, readConfig(process.env)));
    }
    case "ask":
      process.exit(await ask(args, readConfig(process.env)));
    case "__parse": {
      const { runParserChild } = await import("./parsing/child/run.ts");
      return await runParserChild();
    }
    case "__become": {
      const { become } = await import("./parsing/child/become.ts");
      return process.exit(become(args, process.env));
    }
    case "help":
    case "--help":
    case "-h": {
      const { helpText } = await import("./cli/help.ts");
      return print(helpText().trimEnd());
    }
    case "--version":
      return print(version);
    default:
      throw new AppError("invalid_request", `There is no verb '${verb}'; see rag-engine --help.`);
  }
}

/** `jobs --help`; behind `--` it may be a question. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const options = end < 0 ? args : args.slice(0, end);
  return options.some((option) => option === "--help" || option === "-h");
}

/** Settings come from the environment: who writes `serve --port 80` would wait for it in vain. */
function takesNothing(verb: string, [first]: readonly string[]): void {
  if (first === undefined) return;
  throw new AppError(
    "invalid_request",
    `${verb} takes no arguments, but was given ${first}; settings come from the environment, see rag-engine --help.`,
  );
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
  const { serveVerb } = await import("./cli/serve.ts");
  started.engine = await serveVerb(config, COMMAND, process.stdout.isTTY, (error) => {
    logger("engine").fatal(messageOf(error));
    void stop(1);
  });
}

async function ask(args: readonly string[], config: Config): Promise<number> {
  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  process.once("SIGTERM", () => interrupted.abort());
  const { askVerb } = await import("./cli/ask-verb.ts");
  return await askVerb(args, config, {
    command: COMMAND,
    environment: process.env,
    signal: interrupted.signal,
  });
}

function print(text: string): void {
  // A reader that went away (`| head`) is no reason to fall over.
  process.stdout.on("error", () => undefined);
  process.stdout.write(`${text}\n`);
}

main(process.argv.slice(2)).catch(async (error: unknown) => {
  const { complaintOf } = await import("./cli/complaint.ts");
  process.stderr.write(`rag-engine: ${complaintOf(error)}\n`);
  const wrongUse = error instanceof AppError && error.code === "invalid_request";
  process.exit(wrongUse ? EXIT_WRONG_USE : 1);
});
