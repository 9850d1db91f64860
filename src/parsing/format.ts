import { AppError } from "../error.ts";
import type { FormatRow, PageUnit } from "./format-row.ts";
import { FORMATS } from "./format-table.ts";
import { unreadable } from "./limits.ts";
import type { Read } from "./reader.ts";
import { disguised } from "./telling/disguise.ts";
import type { Sample } from "./telling/sample.ts";
import { refusalOf, refusalWithin } from "./telling/unread-kind.ts";

/** The formats of this release, by name. */
export type FormatName = (typeof FORMATS)[number]["name"];

/** What an accepted file is. */
export interface Format {
  readonly name: FormatName;
  /** The type that the original bytes are served with. */
  readonly mimeType: string;
  /** The `source_type` of the REST answers. */
  readonly sourceType: string;
  /** It is text as it stands, so that reading it costs next to nothing. */
  readonly isText: boolean;
}

/** What a name without an ending stands for, as README and LICENSE: if it is text, it is plain. */
const UNNAMED = ".txt";

type KnownRow = FormatRow & { readonly name: FormatName };

const ROWS: readonly KnownRow[] = FORMATS;

/**
 * Tells what a file is: by its content where that is certain, else by its name if the content agrees.
 *
 * @throws AppError `unsupported_type` with a sentence that says what it is, or else what is read
 */
export function formatOf(fileName: string, sample: Sample): Format {
  const row = tellRow(fileName, sample);
  if (!row) throw new AppError("unsupported_type", `"${fileName}" ${refusalOf(sample)}.`);
  const { name, mimeType, isText = false } = row;
  return { name, mimeType, sourceType: sourceTypeOf(row), isText };
}

/**
 * Tells what a file within another is, as `formatOf` does.
 * @throws PermanentError `parse_failed` with a sentence that says what it is
 */
export function formatWithin(fileName: string, sample: Sample): FormatName {
  const row = tellRow(fileName, sample);
  if (!row) throw unreadable(`It ${refusalWithin(sample)}.`);
  return row.name;
}

const loaded = new Map<FormatName, Read>();

/** The reader of a format. */
export async function readerOf(name: FormatName): Promise<Read> {
  const reader = loaded.get(name) ?? (await rowOf(name).load());
  loaded.set(name, reader);
  return reader;
}

/** A picture, of which nothing but the writing in it can be read. */
export function isImage(name: FormatName): boolean {
  return sourceTypeOf(rowOf(name)) === "image";
}

/** What a sentence calls a file of the format: "spreadsheet". */
export function nounOf(name: FormatName): string {
  return rowOf(name).noun;
}

/** What the pages of a `source_type` are to people. */
export function pageUnitOf(sourceType: string): PageUnit {
  return ROWS.find((row) => sourceTypeOf(row) === sourceType)?.pageUnit ?? "page";
}

/** The type that a format's bytes are sent with. */
export function mimeTypeOf(name: FormatName): string {
  return rowOf(name).mimeType;
}

function rowOf(name: FormatName): KnownRow {
  const row = ROWS.find((each) => each.name === name);
  if (!row) throw new Error(`There is no format "${name}".`);
  return row;
}

function sourceTypeOf({ name, sourceType = name }: KnownRow): string {
  return sourceType;
}

function tellRow(fileName: string, sample: Sample): KnownRow | undefined {
  const extension = extensionOf(fileName);
  const plain = disguised(extension, sample);
  return provenRow(sample) ?? namedRow(extension || UNNAMED, sample) ?? (plain && rowOf(plain));
}

function provenRow(sample: Sample): KnownRow | undefined {
  return ROWS.find((row) => row.name === sample.container || row.proves?.(sample));
}

function namedRow(extension: string, sample: Sample): KnownRow | undefined {
  return ROWS.find(({ extensions, accepts }) => extensions.includes(extension) && accepts(sample));
}

function extensionOf(fileName: string): string {
  return /\.[^./\\]+$/.exec(fileName)?.[0].toLowerCase() ?? "";
}
