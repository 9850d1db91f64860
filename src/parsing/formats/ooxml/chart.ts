import { blocksOf, lineOf, tableOf } from "../../markdown.ts";
import {
  attributeOf,
  childOf,
  childrenOf,
  descendantsOf,
  type Element,
  nameOf,
  textOf,
} from "../../markup.ts";

/** Points of a series beyond these are not read: no chart shows more. */
const POINTS_MAX = 10_000;
const SERIES_MAX = 200;
const DAY_MS = 86_400_000;
/** Day 0 of a sheet's dates. */
const EPOCH_MS = Date.UTC(1899, 11, 30);

interface Series {
  readonly name: string;
  readonly categories: readonly string[];
  readonly values: readonly string[];
}

/** A chart as its title and a table of its categories and series, of the values that were last shown. */
export function chartOf(xml: Element): string {
  const [chart] = descendantsOf(xml, "chart");
  if (!chart) return "";
  const title = childOf(chart, "title");
  const area = childOf(chart, "plotarea");
  const data = [...descendantsOf(xml, "chartdata")][0];
  const series = data
    ? seriesOfData(data)
    : area
      ? [...descendantsOf(area, "ser")].map(seriesOf)
      : [];
  return blocksOf([
    title ? wordsOf(title) : "",
    area ? valueTitles(area) : "",
    tableOf(rowsOf(series.slice(0, SERIES_MAX), area)),
  ]);
}

/** The titles of a chart whose values stand elsewhere, and of its axes, in one line. */
export function chartTitlesOf(xml: Element): string {
  const titles = Array.from(descendantsOf(xml, "title"), wordsOf).filter(Boolean);
  return titles.length > 0 ? `[Chart: ${titles.join("; ")}]` : "";
}

function rowsOf(series: readonly Series[], area: Element | undefined): string[][] {
  const most = (lists: readonly (readonly string[])[]) =>
    lists.reduce((longest, list) => (list.length > longest.length ? list : longest), []);
  const categories = most(series.map((each) => each.categories));
  const length = Math.max(categories.length, most(series.map(({ values }) => values)).length);
  const corner = area ? axisTitle(area) : "";
  const head = [corner, ...series.map(({ name }, at) => name || `Series ${at + 1}`)];
  const rows = Array.from({ length }, (_, at) => [
    categories[at] ?? "",
    ...series.map(({ values }) => values[at] ?? ""),
  ]);
  return length > 0 ? [head, ...rows] : [];
}

/** What the categories are. */
function axisTitle(area: Element): string {
  return titleOf(categoryAxis(area));
}

/** What the values are, such as their unit. */
function valueTitles(area: Element): string {
  const categories = categoryAxis(area);
  const axes = childrenOf(area).filter((each) => /^(?:val|ser)ax$/.test(nameOf(each)));
  return axes
    .filter((axis) => axis.at !== categories?.at)
    .map(titleOf)
    .filter(Boolean)
    .join("; ");
}

/** Where points are told apart by two values, it is the one at the bottom. */
function categoryAxis(area: Element): Element | undefined {
  const isLevel = (axis: Element) => /^[bt]$/.test(valueOfSetting(axis, "axpos"));
  const values = childrenOf(area, "valax");
  return (
    childOf(area, "catax") ??
    childOf(area, "dateax") ??
    (values.length > 1 ? values.find(isLevel) : undefined)
  );
}

function titleOf(axis: Element | undefined): string {
  const title = childOf(axis, "title");
  return title ? wordsOf(title) : "";
}

function valueOfSetting(parent: Element, name: string): string {
  return attributeOf(childOf(parent, name), "val") ?? "";
}

function seriesOf(series: Element): Series {
  const name = childOf(series, "tx");
  const values = pointsOf(childOf(series, "val") ?? childOf(series, "yval"));
  const labels = labelsOf(series);
  return {
    name: name ? (pointsOf(name)[0] ?? wordsOf(name)) : "",
    categories: pointsOf(childOf(series, "cat") ?? childOf(series, "xval")),
    values: values.map((value, at) => labelled(value, labels.get(at))),
  };
}

/** What was written at points by hand, or stands in cells that label them. */
function labelsOf(series: Element): ReadonlyMap<number, string> {
  const labels = new Map<number, string>();
  const [range] = descendantsOf(series, "dlblrangecache");
  if (range) cachedPoints(range).forEach((text, at) => labels.set(at, text));
  for (const label of childrenOf(childOf(series, "dlbls"), "dlbl")) {
    const words = childOf(label, "tx");
    if (words) labels.set(Number(valueOfSetting(label, "idx")), typedIn(words));
  }
  return labels;
}

/** Without what fields show: "[VALUE]". */
function typedIn(words: Element): string {
  return lineOf(paragraphsOf(words, /^r$/).join(" "));
}

function labelled(value: string, label: string | undefined): string {
  return label && label !== value ? `${value} (${label})`.trim() : value;
}

/** The kinds of charts that came later (chartEx) keep words and numbers by columns. */
function seriesOfData(data: Element): Series[] {
  return childrenOf(data, "data").map((columns) => {
    const levels = (name: string) =>
      childrenOf(columns, name).flatMap((column) => childrenOf(column, "lvl").map(cachedPoints));
    const words = levels("strdim");
    const [values = []] = levels("numdim");
    const categories = (words[0] ?? []).map((_, at) =>
      words
        .map((level) => level[at] ?? "")
        .toReversed()
        .filter(Boolean)
        .join(", "),
    );
    return { name: "", categories, values };
  });
}

/** The values that were last shown: of one level, or of several within each other. */
function pointsOf(reference: Element | undefined): string[] {
  if (!reference) return [];
  for (const name of ["strcache", "numcache", "strlit", "numlit"]) {
    const [cache] = descendantsOf(reference, name);
    if (cache) return cachedPoints(cache);
  }
  const levels = [...descendantsOf(reference, "lvl")].map(cachedPoints).toReversed();
  return filledDown(levels);
}

/** Outer levels stand at the first of what they hold. */
function filledDown(levels: readonly (readonly string[])[]): string[] {
  const length = Math.max(0, ...levels.map((level) => level.length));
  const last: string[] = [];
  return Array.from({ length }, (_, at) => {
    levels.forEach((level, depth) => {
      if (level[at]) last[depth] = level[at];
    });
    return last.filter(Boolean).join(", ");
  });
}

function cachedPoints(cache: Element): string[] {
  const format = childOf(cache, "formatcode");
  const code = format ? textOf(format) : (attributeOf(cache, "formatCode") ?? "");
  const points: string[] = [];
  for (const point of childrenOf(cache, "pt")) {
    const at = Number(attributeOf(point, "idx"));
    const text = textOf(childOf(point, "v") ?? point);
    if (at >= 0 && at < POINTS_MAX) points[Math.trunc(at)] = valueOf(lineOf(text), code);
  }
  return Array.from(points, (point) => point ?? "");
}

/** Numbers are cached with all their digits, and dates as numbers. */
function valueOf(text: string, code: string): string {
  if (!/^-?\d[\d.]*(?:E[-+]?\d+)?$/i.test(text)) return text;
  const number = Number(text);
  if (/[dy]/i.test(code.replace(/\[[^\]]*\]|"[^"]*"/g, "")) && number > 0 && number < 2_958_466)
    return new Date(EPOCH_MS + number * DAY_MS).toISOString().slice(0, 10);
  return text.length > 15 ? String(Number(number.toPrecision(12))) : text;
}

/** The words of a title: its own, or those of the cell that it shows. */
function wordsOf(title: Element): string {
  const paragraphs = paragraphsOf(title, /./);
  const cached = [...descendantsOf(title, "v")].filter((v) => nameOf(v) === "v").map(textOf);
  return lineOf((paragraphs.some(Boolean) ? paragraphs : cached).join(" "));
}

/** @param parts the names of those parts of paragraphs that are read */
function paragraphsOf(parent: Element, parts: RegExp): string[] {
  const said = (part: Element) => {
    if (nameOf(part) === "br") return " ";
    return parts.test(nameOf(part)) ? Array.from(descendantsOf(part, "t"), textOf).join("") : "";
  };
  return Array.from(descendantsOf(parent, "p"), (each) => childrenOf(each).map(said).join(""));
}
