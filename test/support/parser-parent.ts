/** A process with a parser that is stuck in a document; prints the parser's pid. The rest is its command. */
import { LIMITS } from "./limits.ts";
import { ParserProcess } from "../../src/parsing/pool/parser-process.ts";

const parser = new ParserProcess(process.argv.slice(2), 1_024);
const request = { path: "/dev/null", name: "a.txt", format: "text", limits: LIMITS } as const;
const help = {
  onProgress: () => undefined,
  onReport: () => undefined,
  recognise: () => Promise.resolve([]),
};
void parser.run(request, help).catch(() => undefined);
console.log(parser.pid);
await parser.gone();
