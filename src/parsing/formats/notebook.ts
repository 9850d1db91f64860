import { withoutDataAddresses } from "../data-addresses.ts";
import { decodeText } from "../encoding/decode.ts";
import { fenced } from "../html/blocks.ts";
import { markdownOfHtml } from "../html/markdown-of-html.ts";
import { lacking } from "../limits.ts";
import { blocksOf, headingOf } from "../markdown.ts";
import type { SourceFile } from "../reader.ts";

/** What a cell prints beyond this tells no more of what it does. */
const OUTPUT_CHARS_MAX = 4_000;
/** Colours and other controls of a terminal. */
const TERMINAL_CONTROLS = /\x1b\[[0-9;?]{0,30}[A-Za-z]/g;

/** What stands for a thing that has no text, as `<Figure size 640x480 with 1 Axes>`. */
const PLACEHOLDER = /^\[?<[\w.]{1,100} (?:object|size|at 0x)[^<>]{0,200}>\]?$/;

type Fields = Readonly<Record<string, unknown>>;

/** A Jupyter notebook: its cells in order, code between fences with what it printed after it; one page. */
export async function readNotebook({ bytes }: SourceFile): Promise<readonly string[]> {
  const notebook = fieldsOf(JSON.parse(decodeText(bytes)) as unknown);
  // Before the format's fourth version cells lay in worksheets.
  const sheets = [notebook, ...listOf(notebook["worksheets"]).map(fieldsOf)];
  const cells = sheets.flatMap((sheet) => listOf(sheet["cells"])).map(fieldsOf);
  if (cells.length === 0 && !("cells" in notebook || "worksheets" in notebook))
    throw lacking("notebook");
  const language = languageOf(fieldsOf(notebook["metadata"]));
  return [blocksOf(cells.map((cell) => cellOf(cell, language)))];
}

function languageOf(metadata: Fields): string {
  const [info, kernel] = [fieldsOf(metadata["language_info"]), fieldsOf(metadata["kernelspec"])];
  return languageNamed(info["name"] ?? kernel["language"]);
}

function languageNamed(name: unknown): string {
  return typeof name === "string" && /^[\w+#.-]{1,30}$/.test(name) ? name.toLowerCase() : "";
}

function cellOf(cell: Fields, language: string): string {
  const source = textOf(cell["source"] ?? cell["input"]);
  switch (cell["cell_type"]) {
    case "code":
      return blocksOf([
        source.trim() && fenced(source.trimEnd(), languageNamed(cell["language"]) || language),
        ...outputsOf(listOf(cell["outputs"])),
      ]);
    case "heading":
      return headingOf(Number(cell["level"]) || 1, source);
    default:
      return withoutDataAddresses(source);
  }
}

/** What a cell's run printed and returned, up to a bound. */
function outputsOf(outputs: readonly unknown[]): string[] {
  let left = OUTPUT_CHARS_MAX;
  return outputs.map((output) => {
    const { written, printed } = outputOf(fieldsOf(output));
    const text = (written || printed).slice(0, Math.max(0, left));
    left -= text.length;
    return text && (written ? text : fenced(text, ""));
  });
}

/** An output as text that was written to be read, or as it was printed. */
interface Output {
  readonly written: string;
  readonly printed: string;
}

function outputOf(output: Fields): Output {
  if (output["output_type"] === "error" || output["output_type"] === "pyerr")
    return asPrinted(`${textOf(output["ename"])}: ${textOf(output["evalue"])}`);
  const data = { ...output, ...fieldsOf(output["data"]) };
  // Before the format's fourth version the types had names of their own.
  const as = (type: string, old: string) => textOf(data[type] ?? data[old]);
  const html = as("text/html", "html");
  const plain = as("text/plain", "text");
  const isNothing = PLACEHOLDER.test(plain.trim());
  // A table of data; what else is HTML has a plain form that says the same, if it has one.
  if (/<table/i.test(html) || (html && (isNothing || !plain)))
    return asWritten(markdownOfHtml(html, { article: false }));
  const rich = as("text/markdown", "markdown") || as("text/latex", "latex");
  if (rich) return asWritten(rich);
  return isNothing ? asPrinted("") : asPrinted(plain);
}

function asWritten(text: string): Output {
  return { written: withoutDataAddresses(text).trim(), printed: "" };
}

function asPrinted(text: string): Output {
  const shown = text.replace(TERMINAL_CONTROLS, "").split("\n").map(lastOf).join("\n");
  return { written: "", printed: withoutDataAddresses(shown).trimEnd() };
}

/** What a line shows in the end that is written over itself, as the bars of progress are. */
function lastOf(line: string): string {
  const whole = line.replace(/\r+$/, "");
  return whole.slice(whole.lastIndexOf("\r") + 1);
}

/** Texts are stored whole or as lists of lines. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return listOf(value)
    .filter((line) => typeof line === "string")
    .join("");
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
