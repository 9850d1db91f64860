import { PermanentError } from "../../error.ts";
import { checkPages, SAVE_APART, unreadable } from "../limits.ts";
import { blocksOf, headingOf, lineOf } from "../markdown.ts";
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

export interface Attachment {
  /** With an extension, where it tells the type. */
  readonly name: string;
  /** @throws PermanentError if it cannot be read */
  readonly pages: () => Promise<readonly string[]>;
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
  const { entriesMax, pagesMax } = context.limits;
  if (attachments.length > entriesMax)
    throw unreadable(`The mail holds more than ${entriesMax} files; ${SAVE_APART}.`);
  const pages: string[] = [];
  const unread: string[] = [];
  for (const [at, attachment] of attachments.entries()) {
    context.onProgress(at + 1, attachments.length + 1);
    const read = await pagesOfAttachment(attachment);
    if (typeof read === "string") unread.push(read);
    else pages.push(...read);
    checkPages(pages.length, pagesMax);
  }
  const headers = mail.headers
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}: ${value}`);
  const own = [headingOf(1, mail.subject), headers.join("\n"), bodyOf(mail), unread.join("\n")];
  return [blocksOf(own), ...pages];
}

/** @returns the reason in one line, if it cannot be read */
async function pagesOfAttachment({ name, pages }: Attachment): Promise<string[] | string> {
  try {
    const [first = "", ...others] = await pages();
    return [blocksOf([headingOf(1, name), first]), ...others];
  } catch (error) {
    if (error instanceof PermanentError)
      return `Attachment that was not read: ${lineOf(name)}. ${lineOf(error.message)}`;
    throw error;
  }
}
