/** What may stand before the first element of a page: white space, XML's own line, comments. */
const PROLOGUE = /^\ufeff?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^]{0,1000}?-->\s*){0,3}/;

/** Whether these leading bytes are those of a page of HTML, whatever the file is called: a "report.xls" often is one. */
export function isHtml(head: Uint8Array): boolean {
  return /^<(?:!doctype html|html)[\s>]/i.test(afterPrologue(head));
}

/** Office's documents that are one XML text: of 2002 and 2003, or a package that is not packed. */
const OFFICE = {
  /** Many programs that export tables still write it. */
  workbook: /<(?:\w+:)?Workbook\s[^>]*"urn:schemas-microsoft-com:office:spreadsheet"/,
  text: /<\?mso-application\s+progid="Word\.Document"|<w:wordDocument\s/,
  presentation: /<\?mso-application\s+progid="PowerPoint\.Show"/,
} as const;

/** Feeds are XML, with or without the line that says so. */
const FEED = /^<(?:rss|feed|rdf:RDF)[\s>]/;

/** Whether they are those of XML, be it that of a format of its own. */
export function isXml(head: Uint8Array): boolean {
  return /^\ufeff?<\?xml\s/.test(textOf(head)) || FEED.test(afterPrologue(head));
}

/** Whether they are those of an Office document in one XML text. */
export function isOfficeXml(head: Uint8Array, kind: keyof typeof OFFICE): boolean {
  return OFFICE[kind].test(textOf(head));
}

function afterPrologue(head: Uint8Array): string {
  return textOf(head).replace(PROLOGUE, "");
}

function textOf(head: Uint8Array): string {
  return new TextDecoder().decode(head);
}
