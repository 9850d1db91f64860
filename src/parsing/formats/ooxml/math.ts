import {
  attributeOf,
  childOf,
  childrenOf,
  type Element,
  elementAt,
  nameOf,
  textOf,
} from "../../markup.ts";

/** Invisible operators that the equation editor puts between a function and what it is of. */
const INVISIBLE = /[\u2061-\u2064\u200b]/g;

const BIG_OPERATORS = new Map<string, string>(
  Object.entries({
    "∑": "\\sum",
    "∏": "\\prod",
    "∐": "\\coprod",
    "∫": "\\int",
    "∬": "\\iint",
    "∭": "\\iiint",
    "∮": "\\oint",
    "⋃": "\\bigcup",
    "⋂": "\\bigcap",
    "⋁": "\\bigvee",
    "⋀": "\\bigwedge",
  }),
);

const ACCENTS = new Map<string, string>(
  Object.entries({
    "\u0302": "\\hat",
    "\u0303": "\\tilde",
    "\u0304": "\\bar",
    "\u0305": "\\overline",
    "\u0306": "\\breve",
    "\u0307": "\\dot",
    "\u0308": "\\ddot",
    "\u030c": "\\check",
    "\u20d7": "\\vec",
  }),
);

const FUNCTIONS =
  /^(?:arccos|arcsin|arctan|arg|cos|cosh|cot|coth|csc|deg|det|dim|exp|gcd|hom|inf|ker|lg|lim|liminf|limsup|ln|log|max|min|Pr|sec|sin|sinh|sup|tan|tanh)$/;

/** An equation (OMML, ECMA-376 part 1, 22.1) as LaTeX, in which letters and signs stay as they are. */
export function equationOf(equation: Element): string {
  return partOf(equation).replace(/\s+/g, " ").trim();
}

/** What stands in an element, part after part. */
function partOf(parent: Element | undefined): string {
  return parent ? childrenOf(parent).map(oneOf).join("") : "";
}

function oneOf(element: Element): string {
  const name = nameOf(element);
  if (name.endsWith("pr") || name === "del" || name === "movefrom") return "";
  const known = STRUCTURES.get(name);
  return known ? known(element) : partOf(element);
}

const STRUCTURES = new Map<string, (element: Element) => string>(
  Object.entries({
    t: (text) => textOf(text).replace(INVISIBLE, ""),
    br: () => " ",
    f: fractionOf,
    ssup: (e) => `${base(e)}^${group(e, "sup")}`,
    ssub: (e) => `${base(e)}_${group(e, "sub")}`,
    ssubsup: (e) => `${base(e)}_${group(e, "sub")}^${group(e, "sup")}`,
    spre: (e) => `{}_${group(e, "sub")}^${group(e, "sup")}${base(e)}`,
    rad: (e) => {
      const degree = partOf(childOf(e, "deg"));
      return `\\sqrt${degree && `[${degree}]`}${group(e, "e")}`;
    },
    nary: bigOperatorOf,
    d: delimitedOf,
    func: (e) => `${functionOf(childOf(e, "fname"))}${afterFunction(partOf(childOf(e, "e")))}`,
    limlow: (e) => `${functionOf(childOf(e, "e"))}_${group(e, "lim")}`,
    limupp: (e) => `${functionOf(childOf(e, "e"))}^${group(e, "lim")}`,
    acc: (e) => `${ACCENTS.get(setting(e, "accpr", "chr") ?? "\u0302") ?? "\\hat"}${group(e, "e")}`,
    bar: (e) =>
      `${setting(e, "barpr", "pos") === "top" ? "\\overline" : "\\underline"}${group(e, "e")}`,
    groupchr: (e) =>
      `${setting(e, "groupchrpr", "pos") === "top" ? "\\overbrace" : "\\underbrace"}${group(e, "e")}`,
    m: (e) => `\\begin{matrix}${rowsOf(e).join(" \\\\ ")}\\end{matrix}`,
    eqarr: (e) => `\\begin{aligned}${childrenOf(e, "e").map(partOf).join(" \\\\ ")}\\end{aligned}`,
  }),
);

function group(parent: Element, name: string): string {
  return `{${partOf(childOf(parent, name))}}`;
}

/** Braces where an index would else belong to the last sign alone. */
function base(parent: Element): string {
  const text = partOf(childOf(parent, "e"));
  if (FUNCTIONS.test(text)) return `\\${text}`;
  return text.length > 1 && !/^(?:[\d.,]+|\\[a-z]+\{[^{}]*\})$/i.test(text) ? `{${text}}` : text;
}

function fractionOf(fraction: Element): string {
  if (setting(fraction, "fpr", "type") === "lin")
    return `${partOf(childOf(fraction, "num"))}/${partOf(childOf(fraction, "den"))}`;
  return `\\frac${group(fraction, "num")}${group(fraction, "den")}`;
}

function bigOperatorOf(operator: Element): string {
  const sign = setting(operator, "narypr", "chr") ?? "∫";
  const [from, to] = [partOf(childOf(operator, "sub")), partOf(childOf(operator, "sup"))];
  const limits = `${from && `_{${from}}`}${to && `^{${to}}`}`;
  return `${BIG_OPERATORS.get(sign) ?? sign}${limits} ${partOf(childOf(operator, "e"))}`;
}

function delimitedOf(delimited: Element): string {
  const open = setting(delimited, "dpr", "begchr") ?? "(";
  const close = setting(delimited, "dpr", "endchr") ?? ")";
  const between = setting(delimited, "dpr", "sepchr") ?? "|";
  return `${brace(open)}${childrenOf(delimited, "e").map(partOf).join(between)}${brace(close)}`;
}

/** Bare braces group in LaTeX and are not seen. */
function brace(sign: string): string {
  return sign === "{" || sign === "}" ? `\\${sign}` : sign;
}

function functionOf(name: Element | undefined): string {
  const text = partOf(name).trim();
  return FUNCTIONS.test(text) ? `\\${text}` : text;
}

function afterFunction(text: string): string {
  return /^[([{|]/.test(text) ? text : ` ${text}`;
}

function rowsOf(matrix: Element): string[] {
  return childrenOf(matrix, "mr").map((row) => childrenOf(row, "e").map(partOf).join(" & "));
}

/** A setting of a structure; "" is one too: a delimiter that is not there. */
function setting(structure: Element, properties: string, name: string): string | undefined {
  const found = elementAt(structure, properties, name);
  return found && (attributeOf(found, "val") ?? "");
}
