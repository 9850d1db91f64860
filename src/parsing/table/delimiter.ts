import { recordsOf } from "./delimited.ts";

/** Where two divide the lines alike, the first: commas are in numbers and in sentences too. */
const CANDIDATES = ["\t", ";", "|", ","];
/** How much of a text is looked at, in UTF-16 units, and how many records of it. */
const SAMPLE_LENGTH = 64 * 1024;
const SAMPLE_RECORDS = 100;

/** A line with which spreadsheet programs are told the delimiter. */
const SAID = /^"?sep=(.)"?[ \t]*(?:\n|$)/i;

/** What divides the cells, and where the first record begins; a comma in a text without any. */
export function delimiterOf(text: string): { readonly delimiter: string; readonly start: number } {
  const said = SAID.exec(text);
  if (said?.[1]) return { delimiter: said[1], start: said[0].length };
  const sample = text.slice(0, SAMPLE_LENGTH);
  const best = CANDIDATES.map((delimiter) => ({ delimiter, share: evenShare(sample, delimiter) }))
    .filter(({ share }) => share > 0)
    .reduce((one, other) => (other.share > one.share ? other : one), { delimiter: ",", share: 0 });
  return { delimiter: best.delimiter, start: 0 };
}

/** The share of records that have the commonest number of cells; 0 if that is one. */
function evenShare(sample: string, delimiter: string): number {
  const counts = new Map<number, number>();
  let records = 0;
  for (const { cells, end } of recordsOf(sample, delimiter)) {
    const isCut = end >= SAMPLE_LENGTH && records > 0;
    if (isCut || records === SAMPLE_RECORDS) break;
    if (cells.every((cell) => cell.trim() === "")) continue;
    records++;
    counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  }
  const several = [...counts].filter(([cells]) => cells > 1).map(([, count]) => count);
  return records === 0 ? 0 : Math.max(0, ...several) / records;
}
