import type { PermanentError } from "../../error.ts";
import { type Attachment, readAttachments } from "../attachments.ts";
import { SAVE_APART, unreadable } from "../limits.ts";
import { blocksOf, headingOf } from "../markdown.ts";
import type { ReadContext } from "../reader.ts";
import { bodyOf } from "./body.ts";

/** A mail, whichever program wrote it down. */
export interface Mail {
  readonly subject: string;
  /** The headers that matter to a reader, as they are to be shown: `From`, `Ada <ada@example.com>`. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly Attachment[];
}

/** What helps where only the receiver's program can open it. */
export const OPEN_SEALED = "open it in your mail program, save it as PDF and upload that.";

/** Of a mail whose text only its receiver's program can open. */
export function sealed(): PermanentError {
  return unreadable(`The mail is encrypted; ${OPEN_SEALED}`);
}

/**
 * A mail's pages: itself, then each of its attachments under its name. What cannot be read of them is named with the
 * reason, a line each, and takes nothing else along.
 * @throws PermanentError `parse_failed` if they are too many
 */
export async function pagesOfMail(mail: Mail, context: ReadContext): Promise<readonly string[]> {
  const { attachments } = mail;
  const { entriesMax } = context.limits;
  if (attachments.length > entriesMax)
    throw unreadable(`The mail holds more than ${entriesMax} files; ${SAVE_APART}.`);
  const onRead = (done: number) => context.onProgress(done, attachments.length + 1);
  const { pages, unread } = await readAttachments(attachments, context, onRead);
  const headers = mail.headers
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}: ${value}`);
  const own = [headingOf(1, mail.subject), headers.join("\n"), bodyOf(mail), unread.join("\n")];
  return [blocksOf(own), ...pages];
}
