import { decodeText } from "../encoding/decode.ts";
import { type JsonLine, linesOfJson } from "../json/lines.ts";
import { NoJson } from "../json/tokens.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { writeLines } from "../table/write-lines.ts";

/** JSON: a value a line, an object of an array a block; what is no JSON is read as the text that it is. */
export async function readJson(
  { bytes }: SourceFile,
  context: ReadContext,
): Promise<readonly string[]> {
  const text = decodeText(bytes);
  return [(await written(text, linesOfJson(text), context)) ?? text];
}

/** JSON Lines: a record a block; a line that is no JSON is read as the text that it is. */
export async function readJsonLines(
  { bytes }: SourceFile,
  context: ReadContext,
): Promise<readonly string[]> {
  const text = decodeText(bytes);
  const page =
    (await written(text, linesOfJson(text), context)) ??
    (await written(text, linesOfRecords(text), context));
  return [page ?? text];
}

/** The lines as one text, without needless empty ones; undefined if it is no JSON. */
async function written(
  text: string,
  lines: Iterable<JsonLine>,
  { limits, onProgress }: ReadContext,
): Promise<string | undefined> {
  let end = 0;
  function* spaced() {
    let last = "";
    for (const { line, at } of lines) {
      end = at;
      if (line !== "" || last !== "") yield line;
      last = line;
    }
  }
  try {
    return await writeLines(spaced(), limits, () => onProgress(end, text.length));
  } catch (error) {
    if (error instanceof NoJson) return undefined;
    throw error;
  }
}

function* linesOfRecords(text: string): Generator<JsonLine> {
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf("\n", at);
    const record = text.slice(at, newline < 0 ? text.length : newline);
    at += record.length + 1;
    for (const line of linesOfRecord(record)) yield { line, at };
    yield { line: "", at };
  }
}

/** One record is small: it is read whole before any of it is written. */
function linesOfRecord(record: string): readonly string[] {
  try {
    return Array.from(linesOfJson(record), ({ line }) => line);
  } catch (error) {
    if (error instanceof NoJson) return [record];
    throw error;
  }
}
