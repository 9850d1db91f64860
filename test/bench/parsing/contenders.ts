import { join } from "node:path";
import { formatOf } from "../../../src/parsing/format.ts";
import { ParserProcess } from "../../../src/parsing/pool/parser-process.ts";
import { sampleOfFile } from "../../../src/parsing/telling/sample.ts";
import { LIMITS } from "../../support/limits.ts";

/** A process that reads one file as often as it is told to. */
export interface Contender {
  readonly pid: number;
  /** @throws Error if it cannot */
  read(): Promise<Round>;
  close(): Promise<void>;
}

/** What reading a file once took. */
export interface Round {
  readonly tookMs: number;
  /** Or slides, or sheets. */
  readonly pages: number;
}

/** Nobody follows, and no picture is recognised. */
const HELP = {
  onProgress: () => undefined,
  onReport: () => undefined,
  recognise: () => Promise.resolve([]),
};
/** Some never come to an end. */
const PEER_TIMEOUT_MS = 30_000;
/** What a parser has where nothing is set. */
const MEMORY_MB = 1_024;
const PLAIN = join(import.meta.dir, "plain.ts");

/**
 * A parser process as an engine has it, what runs between the two included.
 * @param command what starts a parser process
 */
export async function ourselves(command: readonly string[], path: string): Promise<Contender> {
  const format = formatOf(path, await sampleOfFile(path)).name;
  const request = { path, name: path, format, limits: LIMITS };
  const parser = new ParserProcess(command, MEMORY_MB);
  return {
    pid: parser.pid,
    read: async () => {
      const startedAt = performance.now();
      const { pages } = await parser.run(request, HELP);
      return { tookMs: performance.now() - startedAt, pages: pages.length };
    },
    close: async () => {
      parser.kill("stopped");
      await parser.gone();
    },
  };
}

/** A peer called as its documentation shows, alone in a process of its own. */
export function plainly(peer: string, path: string): Contender {
  let answered = Promise.withResolvers<Round>();
  const child = Bun.spawn([process.execPath, PLAIN, peer, path], {
    stdio: ["ignore", "ignore", "ignore"],
    ipc: (message) => answered.resolve(message as Round),
    onExit: () => answered.reject(new Error(`${peer} has ended.`)),
  });
  return {
    pid: child.pid,
    read: async () => {
      answered = Promise.withResolvers<Round>();
      child.send("read");
      const timeout = setTimeout(() => child.kill("SIGKILL"), PEER_TIMEOUT_MS);
      return await answered.promise.finally(() => clearTimeout(timeout));
    },
    close: async () => {
      answered.promise.catch(() => undefined);
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
