/** What may stand before the first element of a page: white space, XML's own line, comments. */
const PROLOGUE = /^\ufeff?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^]{0,1000}?-->\s*){0,3}/;

/** Whether these leading bytes are those of a page of HTML, whatever the file is called: a "report.xls" often is one. */
export function isHtml(head: Uint8Array): boolean {
  return /^<(?:!doctype html|html)[\s>]/i.test(afterPrologue(head));
}

/** A workbook in one XML text, as Excel has written it since 2002, and many programs that export tables still do. */
const WORKBOOK = /<(?:\w+:)?Workbook\s[^>]*"urn:schemas-microsoft-com:office:spreadsheet"/;

/** A text of Word in one XML text, and a presentation: of 2003, or a package that is not packed. */
const WORD = /<\?mso-application\s+progid="Word\.Document"|<w:wordDocument\s/;
const POWERPOINT = /<\?mso-application\s+progid="PowerPoint\.Show"/;

/** What is XML, and has a format of its own: drawings, and OpenDocument in one text. */
const OWN_FORMAT =
  /<svg[\s>]|office:mimetype="application\/vnd\.oasis\.opendocument\.(text|presentation)"/;

/** Feeds are XML, with or without the line that says so. */
const FEED = /^<(?:rss|feed|rdf:RDF)[\s>]/;

/** Whether they are those of XML that has no format of its own. */
export function isXml(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head);
  const isMarked = /^\ufeff?<\?xml\s/.test(text) || FEED.test(afterPrologue(head));
  return isMarked && ![OWN_FORMAT, WORKBOOK, WORD, POWERPOINT].some((each) => each.test(text));
}

/** Whether they are those of a workbook in one XML text. */
export function isWorkbookXml(head: Uint8Array): boolean {
  return WORKBOOK.test(new TextDecoder().decode(head));
}

/** Whether they are those of a text of Word in one XML text. */
export function isWordXml(head: Uint8Array): boolean {
  return WORD.test(new TextDecoder().decode(head));
}

/** Whether they are those of a presentation in one XML text. */
export function isPresentationXml(head: Uint8Array): boolean {
  return POWERPOINT.test(new TextDecoder().decode(head));
}

function afterPrologue(head: Uint8Array): string {
  return new TextDecoder().decode(head).replace(PROLOGUE, "");
}
