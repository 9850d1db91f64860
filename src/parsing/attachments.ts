import { PermanentError } from "../error.ts";
import { checkPages } from "./limits.ts";
import { blocksOf, headingOf, lineOf } from "./markdown.ts";
import type { ReadContext } from "./reader.ts";

/** A file that another one brings along. */
export interface Attachment {
  /** With an extension, where it tells the type. */
  readonly name: string;
  /** @throws PermanentError if it cannot be read */
  readonly pages: () => Promise<readonly string[]>;
}

interface ReadAttachments {
  readonly pages: readonly string[];
  /** What could not be read, with the reason, a line each. */
  readonly unread: readonly string[];
}

/**
 * The pages of attachments, each under its name. One that cannot be read takes nothing else along.
 * @param onRead told how many are done
 * @throws PermanentError `parse_failed` if their pages are too many
 */
export async function readAttachments(
  attachments: readonly Attachment[],
  { limits }: Pick<ReadContext, "limits">,
  onRead: (done: number) => void,
): Promise<ReadAttachments> {
  const pages: string[] = [];
  const unread: string[] = [];
  for (const [at, attachment] of attachments.entries()) {
    const read = await pagesOf(attachment);
    if (typeof read === "string") unread.push(read);
    else pages.push(...read);
    checkPages(pages.length, limits.pagesMax);
    onRead(at + 1);
  }
  return { pages, unread };
}

/** @returns the reason in one line, if it cannot be read */
async function pagesOf({ name, pages }: Attachment): Promise<string[] | string> {
  try {
    const [first = "", ...others] = await pages();
    return [blocksOf([headingOf(1, name), first]), ...others];
  } catch (error) {
    if (error instanceof PermanentError)
      return `Attachment that was not read: ${lineOf(name)}. ${lineOf(error.message)}`;
    throw error;
  }
}
