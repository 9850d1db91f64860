/** What may stand before the first element of a page: white space, XML's own line, comments. */
const PROLOGUE = /^\ufeff?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^]{0,1000}?-->\s*){0,3}/;

/** Whether these leading bytes are those of a page of HTML, whatever the file is called: a "report.xls" often is one. */
export function isHtml(head: Uint8Array): boolean {
  return /^<(?:!doctype html|html)[\s>]/i.test(afterPrologue(head));
}

/** Whether they are those of XML that is no drawing. */
export function isXml(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head);
  return /^\ufeff?<\?xml\s/.test(text) && !/<svg[\s>]/.test(text);
}

function afterPrologue(head: Uint8Array): string {
  return new TextDecoder().decode(head).replace(PROLOGUE, "");
}
