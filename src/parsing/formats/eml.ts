import { type Address, addressParser, decodeWords } from "postal-mime";
import { PermanentError } from "../../error.ts";
import type { Attachment } from "../attachments.ts";
import { markdownOfHtml } from "../html/markdown-of-html.ts";
import { lineOf } from "../markdown.ts";
import { textOfRtf } from "../mail/compressed-rtf.ts";
import { type Contents, contentsOf, type MailFile } from "../mail/contents.ts";
import { pagesOfMail, sealed } from "../mail/mail.ts";
import { mailsIn } from "../mail/mbox.ts";
import { mimeOf, type MimePart } from "../mail/mime.ts";
import { textOfPart } from "../mail/part-text.ts";
import { signedContent } from "../mail/signed.ts";
import { type Packed, unpackTnef } from "../mail/tnef.ts";
import type { ReadContext, SourceFile } from "../reader.ts";

/** Signatures around signatures; some programs put two. */
const LAYERS_MAX = 5;

const SEALED = /^(?:multipart\/encrypted|application\/(?:x-)?pkcs7-mime)$/;
/** A page of a site that a browser saved (MHTML): nobody sent it. */
const SAVED_PAGE = /^<?saved by /i;
/** An invitation: programs send it in two types, for others to find the one that they know. */
const INVITATION = /^(?:text\/calendar|application\/ics)$/;

/** The ends of the names that attachments without one get, by the beginning of their type. */
const EXTENSIONS: readonly (readonly [string, string])[] = [
  ["message/rfc822", ".eml"],
  ["text/calendar", ".ics"],
  ["text/vcard", ".vcf"],
  ["text/x-vcard", ".vcf"],
  ["text/directory", ".vcf"],
  ["text/html", ".html"],
  ["text/csv", ".csv"],
  ["text/markdown", ".md"],
  ["text/", ".txt"],
  ["message/", ".txt"],
];

/**
 * A mail as it is sent (RFC 5322, MIME): one page, and those of its attachments. Mails within it are attachments. Of a
 * mailbox all mails are read.
 */
export async function readEml(
  { bytes }: SourceFile,
  context: ReadContext,
): Promise<readonly string[]> {
  const mails = mailsIn(bytes);
  if (mails.length === 1) return await pagesOf(mails[0] ?? bytes, context);
  const pages: string[] = [];
  for (const [at, mail] of mails.entries()) {
    pages.push(...(await pagesWithin(mail, context)));
    context.onProgress(at + 1, mails.length);
  }
  // A mailbox holds as many mails as it likes, and pages of its own it has none.
  return pages.length > context.limits.pagesMax ? [pages.join("\n\n")] : pages;
}

/** Of a mail among others, which one that cannot be read does not take along. */
async function pagesWithin(bytes: Uint8Array, context: ReadContext): Promise<readonly string[]> {
  try {
    return await pagesOf(bytes, { ...context, onProgress: () => undefined });
  } catch (error) {
    if (error instanceof PermanentError) return [error.message];
    throw error;
  }
}

async function pagesOf(bytes: Uint8Array, context: ReadContext): Promise<readonly string[]> {
  const mail = mimeOf(bytes);
  const header = (name: string) => mail.headers.get(name);
  const part = opened(mail);
  if (SAVED_PAGE.test(header("from")) || (!header("from") && part.type === "multipart/related"))
    return [markdownOfHtml(pagesIn(part).join("\n"), { article: true })];
  const { text, html, files } = await unpacked(contentsOf(part), context);
  return await pagesOfMail(
    {
      subject: decodeWords(mended(header("subject"))),
      headers: [
        ["From", peopleIn(header("from"))],
        ["To", peopleIn(header("to"))],
        ["Cc", peopleIn(header("cc"))],
        ["Date", lineOf(header("date"))],
      ],
      text,
      html,
      attachments: files.filter(isNoRepeatedInvitation).map((file) => attachmentOf(file, context)),
    },
    context,
  );
}

/** What lies in a signature, or the mail itself. */
function opened(mail: MimePart): MimePart {
  let inner = mail;
  for (let layers = 0; layers < LAYERS_MAX; layers++) {
    if (!SEALED.test(inner.type)) return inner;
    const content = signedContent(inner.content());
    if (!content) break;
    inner = mimeOf(content);
  }
  throw sealed();
}

/** The pages of HTML among the parts. */
function pagesIn(part: MimePart): string[] {
  if (part.type === "text/html") return [textOfPart(part)];
  return part.parts.flatMap(pagesIn);
}

/** With what Outlook packed into one of its files: a body, where there is no other, and more files. */
async function unpacked({ text, files }: Contents, context: ReadContext) {
  const all = files.map((file) => ({ file, packed: packedIn(file) }));
  const first = all.find(({ packed }) => packed)?.packed;
  return {
    ...(text || !first ? { text, html: "" } : await bodyOf(first, context)),
    files: all.flatMap(({ file, packed }) => packed?.files.map(asFile) ?? [file]),
  };
}

function packedIn({ name, type, bytes }: MailFile): Packed | undefined {
  const isPacked = /ms-tnef/.test(type) || /^winmail\.dat$/i.test(name);
  return isPacked ? unpackTnef(bytes()) : undefined;
}

function asFile({ name, bytes }: Packed["files"][number]): MailFile {
  return { name, type: "", bytes: () => bytes };
}

async function bodyOf({ text, html, rtf }: Packed, context: ReadContext) {
  if (text || html || !rtf) return { text, html };
  return { text: await textOfRtf(rtf, context), html };
}

function isNoRepeatedInvitation(
  { type }: MailFile,
  at: number,
  files: readonly MailFile[],
): boolean {
  return !INVITATION.test(type) || files.findIndex((file) => INVITATION.test(file.type)) === at;
}

function attachmentOf(file: MailFile, { readWithin }: ReadContext): Attachment {
  const name = nameOf(file);
  return { name, pages: () => readWithin(name, file.bytes()) };
}

function nameOf({ name, type }: MailFile): string {
  const given = lineOf(name);
  if (/\.\w{1,8}$/.test(given)) return given;
  const extension = EXTENSIONS.find(([start]) => type.startsWith(start))?.[1] ?? "";
  return `${given || (extension === ".eml" ? "Forwarded message" : "Attachment")}${extension}`;
}

function peopleIn(header: string): string {
  return addressesOf(addressParser(mended(header)));
}

/** With whole encoded words: what stands in them against the rules would tear them apart. */
function mended(header: string): string {
  return header.replace(/=\?[\w-]+\?q\?[^?]*\?=/gi, (word) =>
    word.replaceAll(" ", "_").replaceAll(",", "=2C"),
  );
}

function addressesOf(addresses: readonly Address[] = []): string {
  return addresses
    .map(({ name, address, group }) => {
      if (group) return `${name}: ${addressesOf(group)}`;
      return name && address ? `${name} <${address}>` : name || address;
    })
    .filter(Boolean)
    .join(", ");
}
