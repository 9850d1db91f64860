/** Headers that programs write, and people do not. */
const BY_PROGRAMS =
  /^(received|mime-version|message-id|return-path|delivered-to|dkim-signature|authentication-results|x-[\w-]+|content-type|arc-[\w-]+):/i;
const BY_PEOPLE = /^(from|to|subject|date|sender|reply-to):/i;

const HEADER = /^[!-9;-~]+:/;
const FOLDED = /^[ \t]/;

/** Whether a file begins as a mail does: with headers, of which some are of the kinds that every mail has. */
export function beginsAsMail(head: Uint8Array): boolean {
  const text = Buffer.from(head)
    .toString("latin1")
    .replace(/^From .*\r?\n/, "");
  const end = text.search(/\r?\n\r?\n/);
  // Of a header that goes on beyond the sample, the last line may be cut.
  const lines = (end < 0 ? text.slice(0, text.lastIndexOf("\n") + 1) : text.slice(0, end))
    .trimEnd()
    .split(/\r?\n/);
  if (!lines.every((line) => HEADER.test(line) || FOLDED.test(line))) return false;
  const byPrograms = lines.filter((line) => BY_PROGRAMS.test(line)).length;
  const byPeople = lines.filter((line) => BY_PEOPLE.test(line)).length;
  return byPrograms > 0 && byPrograms + byPeople >= 3;
}
