import type { Citation, Section } from "../answer/citation.ts";
import { palette, type Screen } from "./ask-terminal.ts";
import { oneLine, printable, wrap } from "./ask-text.ts";
import type { WireMessage } from "./client/wire.ts";

/** A citation with its number in the answer and its source word for word. */
export interface Source {
  readonly number: number;
  readonly citation: Citation;
  readonly quote: string;
  /** What the document's pages are to people: "page", "slide". */
  readonly pageUnit: string;
}

/** What an answer cites, each source once, in the order of their numbers: the first is [1]. */
export function citationsOf({ metadata }: WireMessage): Citation[] {
  const all = [
    ...(metadata?.citations ?? []),
    ...(metadata?.sections ?? []).flatMap((section) => section.citations),
  ];
  return [...new Map(all.map((citation) => [placeOf(citation), citation])).values()];
}

function placeOf({ document_id, start, end }: Citation): string {
  return `${document_id} ${start} ${end}`;
}

/** The answer's text with `[n]` behind each part that a source carries; most answers have them already. */
export function textWithMarkers(message: WireMessage): string {
  const places = citationsOf(message).map(placeOf);
  if (/\[\d+\]/u.test(message.content)) return message.content;
  let text = "";
  let rest = message.content;
  for (const section of message.metadata?.sections ?? []) {
    const found = rest.indexOf(section.text);
    if (section.text === "" || found < 0) continue;
    const end = found + section.text.length;
    text += rest.slice(0, end) + markersOf(section, places);
    rest = rest.slice(end);
  }
  return text + rest;
}

function markersOf({ citations }: Section, places: readonly string[]): string {
  const numbers = new Set(citations.map((citation) => places.indexOf(placeOf(citation)) + 1));
  return numbers.size > 0 ? ` ${[...numbers].map((number) => `[${number}]`).join("")}` : "";
}

/** The answer and its sources as lines for a screen. */
export function renderAnswer(
  message: WireMessage,
  sources: readonly Source[],
  screen: Screen,
): string[] {
  const { columns } = screen.size();
  const { accent } = palette(screen.live);
  const markers = new RegExp(`\\[(?:${sources.map(({ number }) => number).join("|")})\\]`, "gu");
  const lines = wrap(printable(textWithMarkers(message)).trim(), columns).map((line) =>
    sources.length > 0 ? line.replaceAll(markers, accent) : line,
  );
  return [...lines, ...sources.flatMap((source) => ["", ...renderSource(source, screen)])];
}

function renderSource({ number, citation, quote, pageUnit }: Source, screen: Screen): string[] {
  const { bold, accent, dim } = palette(screen.live);
  const marker = `[${number}]`;
  const indent = " ".repeat(marker.length + 1);
  const columns = screen.size().columns - indent.length;
  const title = `${oneLine(citation.document_title)}, ${oneLine(pageUnit)} ${citation.page_idx + 1}`;
  const [first = "", ...more] = wrap(title, columns);
  return [
    `${accent(marker)} ${bold(first)}`,
    ...more.map((line) => indent + bold(line)),
    ...wrap(`“${oneLine(quote)}”`, columns).map((line) => indent + dim(line)),
  ];
}
