/** A process with a parser that is stuck in a document; prints the parser's pid. The rest is its command. */
import { ParserProcess } from "../../src/parsing/parser-process.ts";

const parser = new ParserProcess(process.argv.slice(2));
void parser.run({ path: "/dev/null", parser: "text" }, () => undefined).catch(() => undefined);
console.log(parser.pid);
await parser.gone();
