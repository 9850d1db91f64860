/** What a style leads to by conditions; those of numbers ask for their value, and those of cells for another thing. */
const MAPS = /(?:<style:map\b[^<>]*\/>\s*)+/g;
const MAP = /<style:map\b[^<>]*\/>/g;
const BODY = "<office:body";

/**
 * An OpenDocument part whose styles of numbers the library understands: it knows one condition alone (not below 0) and
 * puts what it leads to before what it has, as in "positive;negative;zero;text". Styles with others made dates plain
 * numbers and amounts a dash.
 */
export function withPlainNumberStyles(part: Uint8Array): Uint8Array {
  const bytes = Buffer.from(part.buffer, part.byteOffset, part.length);
  const at = bytes.indexOf(BODY);
  const styles = bytes.subarray(0, at < 0 ? bytes.length : at);
  const given = styles.toString("utf8");
  const plain = given.replace(MAPS, inOrder);
  // What follows them may be large.
  if (plain === given) return bytes;
  return Buffer.concat([Buffer.from(plain), bytes.subarray(styles.length)]);
}

function inOrder(run: string): string {
  const maps = run.match(MAP) ?? [];
  if (!maps.every((map) => map.includes('style:condition="value()'))) return run;
  const bySign = new Map(maps.map((map) => [signOf(map), map]));
  const signs = SIGNS.find(
    (each) => bySign.size === each.length && each.every((sign) => bySign.has(sign)),
  );
  // Others stand for no sections of a format: what has no condition has a sign of its own.
  return (signs ?? [])
    .map((sign) => bySign.get(sign)?.replace(/style:condition="[^"]*"/, KNOWN) ?? "")
    .join("");
}

const KNOWN = 'style:condition="value()&gt;=0"';

/** What leads to the sections of a format, the last of which comes to stand first. */
const SIGNS: readonly (readonly string[])[] = [
  [">=0"],
  ["<0", ">0"],
  ["=0", "<0", ">0"],
  ["<0", ">=0"],
];

function signOf(map: string): string {
  const condition = /value\(\)\s*([^"]*)"/.exec(map)?.[1] ?? "";
  // Any number, as LibreOffice says it.
  if (condition.startsWith("&lt;=1.797")) return ">=0";
  return condition.replace("&gt;", ">").replace("&lt;", "<").trim();
}
