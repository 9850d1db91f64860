/** The line that programs put before each mail of a mailbox: who sent it, and when it came. */
const SEPARATOR = /^From .{0,200}\d\d?:\d\d.{0,40}$/;
const HEADER = /^[!-9;-~]+:/;
/** With which a mail begins, and no prose does. */
const USUAL_HEADER =
  /^(?:from|to|date|subject|sender|received|return-path|delivered-to|message-id|mime-version|content-type|reply-to|status|x-[\w-]+):/i;
/** Longer lines are no separators, in bytes. */
const LINE_BYTES_MAX = 512;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * The mails of a mailbox (mbox, RFC 4155), one after the other; a file that is none is the only one. What a body
 * quotes of separators is told by what stands around it: an empty line before, and headers after.
 */
export function mailsIn(bytes: Uint8Array): Uint8Array[] {
  const mailbox = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const first = mailbox.findIndex((byte) => byte !== LINE_FEED && byte !== CARRIAGE_RETURN);
  if (first < 0 || !isStart(mailbox, first)) return [bytes];
  const starts = [first];
  for (let at = first; (at = mailbox.indexOf("\nFrom ", at) + 1) > 0;)
    if (isStart(mailbox, at)) starts.push(at);
  return starts.map((start, index) =>
    unquoted(mailbox.subarray(nextLine(mailbox, start), starts[index + 1])),
  );
}

function isStart(mailbox: Buffer, at: number): boolean {
  const isApart = at === 0 || /\n\r?\n$/.test(mailbox.toString("latin1", Math.max(0, at - 3), at));
  const next = nextLine(mailbox, at);
  // Some programs leave the empty line out.
  const header = isApart ? HEADER : USUAL_HEADER;
  return SEPARATOR.test(lineFrom(mailbox, at).trimEnd()) && header.test(lineFrom(mailbox, next));
}

function lineFrom(mailbox: Buffer, at: number): string {
  return mailbox.toString("latin1", at, Math.min(nextLine(mailbox, at), at + LINE_BYTES_MAX));
}

function nextLine(mailbox: Buffer, at: number): number {
  const feed = mailbox.indexOf(LINE_FEED, at);
  return feed < 0 ? mailbox.length : feed + 1;
}

/** Lines of a body that begin as a separator does have been quoted. */
function unquoted(mail: Buffer): Buffer {
  if (!mail.includes("\n>From ")) return mail;
  return Buffer.from(mail.toString("latin1").replace(/^>(?=From )/gm, ""), "latin1");
}
