import { decodeText } from "../encoding/decode.ts";
import { blocksOf, headingOf, lineOf } from "../markdown.ts";
import { Pieces } from "../pieces.ts";
import type { SourceFile } from "../reader.ts";

/** `NAME;PARAMETER=VALUE:VALUE`, the name with or without a group before it. */
const LINE = /^(?:[\w-]+\.)?([A-Za-z][\w-]*)((?:;(?:"[^"]*"|[^":])*)?):(.*)$/s;
/** The parts that are entries of their own. */
const ENTRY = /^(?:VEVENT|VTODO|VJOURNAL|VCARD)$/;
/** What an entry is called. */
const TITLE = /^(?:SUMMARY|FN)$/;

/** What people ask of an entry, as they call it; the rest is for programs. */
const LABELS = new Map(
  Object.entries({
    DTSTART: "Start",
    DTEND: "End",
    DUE: "Due",
    DURATION: "Duration",
    RRULE: "Repeats",
    LOCATION: "Location",
    STATUS: "Status",
    ORGANIZER: "Organizer",
    ATTENDEE: "Attendee",
    CATEGORIES: "Categories",
    URL: "URL",
    COMMENT: "Comment",
    CONTACT: "Contact",
    NICKNAME: "Nickname",
    ORG: "Organization",
    TITLE: "Title",
    ROLE: "Role",
    TEL: "Telephone",
    EMAIL: "Email",
    IMPP: "Messenger",
    ADR: "Address",
    BDAY: "Birthday",
  }),
);
/** What has parts, of which any may be empty. */
const PARTED = /^(?:ADR|ORG|CATEGORIES|NICKNAME)$/;
/** What is text rather than a value. */
const PROSE = /^(?:DESCRIPTION|NOTE)$/;

interface Entry {
  title: string;
  readonly values: string[];
  readonly prose: string[];
}

/** Calendars and contacts (RFC 5545, RFC 6350, and vCards of before): an entry a block under its name; one page. */
export async function readCards({ bytes }: SourceFile): Promise<readonly string[]> {
  const text = decodeText(bytes);
  const blocks = new Pieces("\n\n");
  let entries = 0;
  for (const entry of entriesOf(text)) {
    entries++;
    const block = blockOf(entry);
    if (block) blocks.add(block);
  }
  return [entries > 0 ? blocks.text() : text];
}

function blockOf({ title, values, prose }: Entry): string {
  return blocksOf([headingOf(1, title), [...new Set(values)].join("\n"), ...prose]);
}

function* entriesOf(text: string): Generator<Entry> {
  let entry: Entry | undefined;
  /** The parts that are open, the innermost last: an alarm lies in an event. */
  const open: string[] = [];
  for (const line of unfolded(text)) {
    const [, name = "", parameters = "", value = ""] = LINE.exec(line) ?? [];
    const kind = name.toUpperCase();
    if (kind === "BEGIN") {
      open.push(value.trim().toUpperCase());
      if (!ENTRY.test(open.at(-1) ?? "")) continue;
      if (entry) yield entry;
      entry = { title: "", values: [], prose: [] };
    } else if (kind === "END") open.pop();
    else if (ENTRY.test(open.at(-1) ?? "")) take(entry, kind, parameters, value);
  }
  if (entry) yield entry;
}

function take(entry: Entry | undefined, kind: string, parameters: string, raw: string): void {
  const text = textOf(parameters, PARTED.test(kind) ? raw.replace(/(?<!\\)[;,]+/g, ", ") : raw);
  if (!entry || !text.trim()) return;
  if (TITLE.test(kind)) entry.title ||= text;
  else if (PROSE.test(kind)) entry.prose.push(text.trim());
  else if (LABELS.has(kind))
    entry.values.push(`${LABELS.get(kind)}: ${valueOf(kind, parameters, text)}`);
}

function valueOf(kind: string, parameters: string, text: string): string {
  if (/^DT|^DUE$/.test(kind)) return timeOf(text, parameter(parameters, "TZID"));
  if (!/^(?:ORGANIZER|ATTENDEE)$/.test(kind)) return lineOf(text.replace(/^, |, $/g, ""));
  const name = parameter(parameters, "CN");
  const address = text.replace(/^mailto:/i, "");
  return lineOf(name && name !== address ? `${name} <${address}>` : address);
}

/** `20240305T140000Z` as people write it. */
function timeOf(text: string, zone: string): string {
  const [, year, month, day, hour, minute, utc] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z)?)?/.exec(text) ?? [];
  if (!year) return lineOf(text);
  const time = hour ? ` ${hour}:${minute} ${utc ? "UTC" : zone}` : "";
  return `${year}-${month}-${day}${time}`.trim();
}

function parameter(parameters: string, name: string): string {
  const found = new RegExp(`;${name}=(?:"([^"]*)"|([^;:,]*))`, "i").exec(parameters);
  return found?.[1] ?? found?.[2] ?? "";
}

/** A value as it means: escapes of either standard, and what the old one packed. */
function textOf(parameters: string, raw: string): string {
  const value = /QUOTED-PRINTABLE/i.test(parameters) ? unpacked(raw) : raw;
  return value.replace(/\\([\\;,:nN])/g, (_, char: string) => (/n/i.test(char) ? "\n" : char));
}

function unpacked(raw: string): string {
  const bytes = raw.replace(/=([0-9a-f]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return decodeText(Buffer.from(bytes, "latin1"));
}

/** Lines made whole that go on in the next: as a space at its beginning says, or a packed value's last character. */
function* unfolded(text: string): Generator<string> {
  let begun: string[] = [];
  for (const line of linesOf(text.replace(/\r\n?/g, "\n").replace(/\n[ \t]/g, ""))) {
    const isOpen = begun.length > 0;
    const isLast = !line.endsWith("=") || !(isOpen || /^[^:]*QUOTED-PRINTABLE/i.test(line));
    begun.push(isLast ? line : line.slice(0, -1));
    if (!isLast) continue;
    yield begun.join("");
    begun = [];
  }
  if (begun.length > 0) yield begun.join("");
}

/** One after the other: an array of a million of them takes more memory than they do. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0, end = 0; end >= 0; start = end + 1) {
    end = text.indexOf("\n", start);
    yield text.slice(start, end < 0 ? text.length : end);
  }
}
