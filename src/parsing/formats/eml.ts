import PostalMime, { type Address, type Attachment as Part, type Email } from "postal-mime";
import { PermanentError } from "../../error.ts";
import { decodeText } from "../encoding/decode.ts";
import { markdownOfHtml } from "../html/markdown-of-html.ts";
import { damaged } from "../limits.ts";
import { lineOf } from "../markdown.ts";
import { textOfRtf } from "../mail/compressed-rtf.ts";
import { type Attachment, pagesOfMail, sealed } from "../mail/mail.ts";
import { mailsIn } from "../mail/mbox.ts";
import { signedContent } from "../mail/signed.ts";
import { type Packed, unpackTnef } from "../mail/tnef.ts";
import type { ReadContext, SourceFile } from "../reader.ts";

/** Parts within parts; programs that send mail make do with four. */
const PARTS_DEPTH_MAX = 50;
/** Signatures around signatures; some programs put two. */
const LAYERS_MAX = 5;
const HEADERS_BYTES_MAX = 2 * 1024 * 1024;

const SEALED = /^multipart\/encrypted|^application\/(x-)?pkcs7-mime/i;
/** A page of a site that a browser saved (MHTML): nobody sent it. */
const SAVED_PAGE = /^(?:<?saved by |multipart\/related)/i;
/** Parts for programs: what proves the rest, or says how it looks. */
const FOR_PROGRAMS =
  /^(application\/(x-)?(pkcs7-signature|pgp-(signature|encrypted|keys))|text\/(css|(ecma|java)script))$/;
/** An invitation: programs send it in two types, for others to find the one that they know. */
const INVITATION = /^(?:text\/calendar|application\/ics)$/;

/** The ends of the names that attachments without one get, by the beginning of their type. */
const EXTENSIONS: readonly (readonly [string, string])[] = [
  ["message/rfc822", ".eml"],
  ["text/calendar", ".ics"],
  ["text/html", ".html"],
  ["text/csv", ".csv"],
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
  const mail = await parse(bytes);
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? "";
  const { text = "", html = "", attachments } = await opened(mail);
  if (html && SAVED_PAGE.test(header("from") || header("content-type").trim()))
    return [markdownOfHtml(html, { article: true })];
  const packed = attachments.map(packedIn).find((each) => each !== undefined);
  return await pagesOfMail(
    {
      subject: mail.subject ?? "",
      headers: [
        ["From", addressesOf(mail.from ? [mail.from] : [])],
        ["To", addressesOf(mail.to)],
        ["Cc", addressesOf(mail.cc)],
        ["Date", lineOf(header("date"))],
      ],
      ...(text || html || !packed ? { text, html } : await bodyOf(packed, context)),
      attachments: attachments
        .filter(isForPeople)
        .filter(isNoRepeatedInvitation)
        .flatMap((part) => attachmentsOf(part, context)),
    },
    context,
  );
}

/** The mail that lies in a signature, or itself. */
async function opened(mail: Email): Promise<Email> {
  let inner = mail;
  for (let layers = 0; layers < LAYERS_MAX; layers++) {
    const type = inner.headers.find(({ key }) => key === "content-type")?.value ?? "";
    if (!SEALED.test(type.trim())) return inner;
    const [part] = inner.attachments;
    const content = part && signedContent(bytesOf(part));
    if (!content) break;
    inner = await parse(content);
  }
  throw sealed();
}

/** Bytes beyond ASCII that no charset explains are read in the encoding that makes text of them. */
async function parse(bytes: Uint8Array): Promise<Email> {
  const mail = await parseStrictly(bytes);
  if (brokenIn(mail) === 0) return mail;
  const guessed = decodeText(bytes).replace(/(charset=)(?:"[^"\r\n]*"|[\w-]+)/gi, "$1utf-8");
  const again = await parseStrictly(Buffer.from(guessed));
  return brokenIn(again) < brokenIn(mail) ? again : mail;
}

async function parseStrictly(bytes: Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(bytes, {
      forceRfc822Attachments: true,
      maxNestingDepth: PARTS_DEPTH_MAX,
      maxHeadersSize: HEADERS_BYTES_MAX,
    });
  } catch (error) {
    throw damaged("mail", error);
  }
}

function brokenIn({ subject = "", text = "", html = "", headers }: Email): number {
  const from = headers.find(({ key }) => key === "from")?.value ?? "";
  return (subject + from + text + html).match(/\ufffd/g)?.length ?? 0;
}

/** Neither a picture that belongs to the looks of the body, nor a part for programs. */
function isForPeople({ mimeType, filename, disposition, related, contentId }: Part): boolean {
  if (FOR_PROGRAMS.test(mimeType)) return false;
  if (!mimeType.startsWith("image/")) return true;
  return filename !== null && !related && !(disposition === "inline" && contentId !== undefined);
}

function isNoRepeatedInvitation({ mimeType }: Part, at: number, parts: readonly Part[]): boolean {
  if (!INVITATION.test(mimeType)) return true;
  return parts.findIndex((part) => INVITATION.test(part.mimeType)) === at;
}

function bytesOf({ content }: Part): Uint8Array {
  return typeof content === "string" ? Buffer.from(content) : new Uint8Array(content);
}

/** What Outlook packed into it. */
function packedIn(part: Part): Packed | undefined {
  const isPacked = /ms-tnef/i.test(part.mimeType) || /^winmail\.dat$/i.test(part.filename ?? "");
  return isPacked ? unpackTnef(bytesOf(part)) : undefined;
}

async function bodyOf({ text, html, rtf }: Packed, context: ReadContext) {
  if (text || html || !rtf) return { text, html };
  return { text: await textOfRtf(rtf, context), html };
}

function attachmentsOf(part: Part, { readWithin }: ReadContext): Attachment[] {
  const files = packedIn(part)?.files ?? [
    { name: nameOf(part.filename, part.mimeType), bytes: bytesOf(part) },
  ];
  return files.map(({ name, bytes }) => ({
    name: lineOf(name) || "Attachment",
    pages: () => readWithin(name, bytes),
  }));
}

function nameOf(filename: string | null, mimeType: string): string {
  const given = lineOf(filename ?? "");
  if (/\.\w{1,8}$/.test(given)) return given;
  const extension = EXTENSIONS.find(([type]) => mimeType.startsWith(type))?.[1] ?? "";
  return `${given || (extension === ".eml" ? "Forwarded message" : "Attachment")}${extension}`;
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
