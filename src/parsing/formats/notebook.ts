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
  const name = info["name"] ?? kernel["language"];
  return typeof name === "string" && /^[\w+#.-]{1,30}$/.test(name) ? name.toLowerCase() : "";
}

function cellOf(cell: Fields, language: string): string {
  const source = textOf(cell["source"] ?? cell["input"]);
  switch (cell["cell_type"]) {
    case "code":
      return blocksOf([
        source.trim() && fenced(source.trimEnd(), language),
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
    const text = outputOf(fieldsOf(output)).slice(0, Math.max(0, left));
    left -= text.length;
    const isTable = text.startsWith("|");
    return text && (isTable ? text : fenced(text, ""));
  });
}

function outputOf(output: Fields): string {
  if (output["output_type"] === "error" || output["output_type"] === "pyerr")
    return `${textOf(output["ename"])}: ${textOf(output["evalue"])}`;
  const data = { ...output, ...fieldsOf(output["data"]) };
  const html = textOf(data["text/html"]);
  // A table of data; what else is HTML has a plain form that says the same.
  if (/<table/i.test(html)) return markdownOfHtml(html, { article: false });
  const text = textOf(data["text/markdown"]) || textOf(data["text/plain"]) || textOf(data["text"]);
  const isPicture = Object.keys(data).some((type) => /^image\/|^(?:png|jpeg|svg)$/.test(type));
  if (isPicture && text.startsWith("<")) return "";
  return withoutDataAddresses(text.replace(TERMINAL_CONTROLS, "")).trimEnd();
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
