import { AppError } from "../../error.ts";
import type { Attachment } from "../attachments.ts";
import { damaged, unreadable } from "../limits.ts";
import { lineOf } from "../markdown.ts";
import { textOfRtf } from "../mail/compressed-rtf.ts";
import { type Mail, pagesOfMail, sealed } from "../mail/mail.ts";
import { isMailPart, signedContent } from "../mail/signed.ts";
import { MsgProperties } from "../mail/msg-properties.ts";
import { Ole, type OleEntry } from "../ole.ts";
import type { ReadContext, SourceFile } from "../reader.ts";
import { sourceOfBytes } from "../source.ts";

/** Numbers of the properties that are read (MS-OXPROPS). */
const ID = {
  messageClass: "001a",
  subject: "0037",
  submitTime: "0039",
  deliveryTime: "0e06",
  senderName: "0c1a",
  senderAddress: "0c1f",
  senderSmtp: "5d01",
  displayTo: "0e04",
  displayCc: "0e03",
  body: "1000",
  html: "1013",
  rtf: "1009",
  displayName: "3001",
  address: "3003",
  smtp: "39fe",
  recipientType: "0c15",
  data: "3701",
  longName: "3707",
  shortName: "3704",
  contentId: "3712",
  attachmentFlags: "3714",
  hidden: "7ffe",
} as const;

/** What else is shown of a meeting, and of a contact, by what stands before it. */
const MEETING = [
  ["Start", "0060"],
  ["End", "0061"],
] as const;
const CONTACT = [
  ["Company", "3a16"],
  ["Job", "3a17"],
  ["Phone", "3a08"],
  ["Mobile", "3a1c"],
  ["Home phone", "3a09"],
  ["Address", "3a15"],
] as const;

const FIXED_FROM = { mail: 32, mailWithin: 24, other: 8 } as const;
const TO = 1;
const CC = 2;
/** Of an attachment that the HTML of the body shows. */
const SHOWN_IN_BODY = 4;

/** The classes of what S/MIME made (MS-OXOSMIME): signed beside its text, or signed or encrypted as a whole. */
const SIGNED = /\.smime(?:\.multipartsigned)?$/i;
const SEALED = /\.smime$/i;

/** A mail as Outlook saves it (MS-OXMSG): one page, and those of its attachments. */
export async function readMsg(
  { bytes }: SourceFile,
  context: ReadContext,
): Promise<readonly string[]> {
  const ole = await Ole.open(sourceOfBytes(bytes));
  const message = await MsgProperties.of(ole, undefined, FIXED_FROM.mail);
  return await new MsgReader(ole, context).pagesOf(message);
}

class MsgReader {
  constructor(
    private readonly ole: Ole,
    private readonly context: ReadContext,
  ) {}

  async pagesOf(message: MsgProperties): Promise<readonly string[]> {
    const mail = await this.#mailOf(message);
    const kind = await message.text(ID.messageClass);
    const signed = SIGNED.test(kind) ? await this.#signedPart(message) : undefined;
    if (!signed) {
      if (SEALED.test(kind)) throw sealed();
      return await pagesOfMail(mail, this.context);
    }
    const [text = "", ...others] = await this.context.readWithin("signed.eml", signed);
    const own = await pagesOfMail({ ...mail, text, html: "", attachments: [] }, this.context);
    return [...own, ...others];
  }

  /** What a signature is wrapped around, or stands beside: it lies in the mail's one attachment. */
  async #signedPart(message: MsgProperties): Promise<Uint8Array | undefined> {
    const [storage] = message.storages("__attach_version1.0_");
    const attachment = storage && (await MsgProperties.of(this.ole, storage, FIXED_FROM.other));
    const bytes = await attachment?.bytes(ID.data);
    const part = bytes && (signedContent(bytes) ?? bytes);
    return part && isMailPart(part) ? part : undefined;
  }

  async #mailOf(message: MsgProperties): Promise<Mail> {
    const [text, html] = [await message.text(ID.body), await message.text(ID.html)];
    const date = message.time(ID.submitTime) ?? message.time(ID.deliveryTime);
    return {
      subject: await message.text(ID.subject),
      headers: [
        ["From", await senderOf(message)],
        ["To", (await this.#recipients(message, TO)) || (await message.text(ID.displayTo))],
        ["Cc", (await this.#recipients(message, CC)) || (await message.text(ID.displayCc))],
        ["Date", date?.toUTCString() ?? ""],
        ...(await moreOf(message)),
      ],
      text: text.trim() || html ? text : await this.#rtfOf(message),
      html,
      attachments: await this.#attachments(message),
    };
  }

  async #recipients(message: MsgProperties, type: number): Promise<string> {
    const people: string[] = [];
    for (const storage of message.storages("__recip_version1.0_")) {
      const person = await MsgProperties.of(this.ole, storage, FIXED_FROM.other);
      if ((person.number(ID.recipientType) ?? TO) !== type) continue;
      const address = (await person.text(ID.smtp)) || (await person.text(ID.address));
      people.push(personOf(await person.text(ID.displayName), address));
    }
    return people.filter(Boolean).join(", ");
  }

  /** The body where there is no other than this. */
  async #rtfOf(message: MsgProperties): Promise<string> {
    const packed = await message.bytes(ID.rtf);
    return packed ? await textOfRtf(packed, this.context) : "";
  }

  async #attachments(message: MsgProperties): Promise<Attachment[]> {
    const attachments: Attachment[] = [];
    for (const storage of message.storages("__attach_version1.0_")) {
      const attachment = await MsgProperties.of(this.ole, storage, FIXED_FROM.other);
      if (await isForPeople(attachment)) attachments.push(await this.#attachment(attachment));
    }
    return attachments;
  }

  async #attachment(attachment: MsgProperties): Promise<Attachment> {
    const name = await nameOf(attachment);
    const within = attachment.storage(ID.data);
    if (within) return { name, pages: () => this.#mailWithin(within).catch(damagedPart) };
    return {
      name,
      pages: async () => {
        const bytes = await attachment.bytes(ID.data).catch(damagedPart);
        if (!bytes) throw unreadable("It is not in the mail.");
        return await this.context.readWithin(name, bytes);
      },
    };
  }

  async #mailWithin(storage: OleEntry): Promise<readonly string[]> {
    const message = await MsgProperties.of(this.ole, storage, FIXED_FROM.mailWithin);
    if (!message.isThere) throw unreadable("It is of a type that cannot be read.");
    return await this.context.readPart((context) =>
      new MsgReader(this.ole, context).pagesOf(message),
    );
  }
}

async function moreOf(message: MsgProperties): Promise<[string, string][]> {
  const kind = await message.text(ID.messageClass);
  if (/^IPM\.(?:Appointment|Schedule\.Meeting)/i.test(kind))
    return MEETING.map(([name, id]) => [name, message.time(id)?.toUTCString() ?? ""]);
  if (!/^IPM\.Contact/i.test(kind)) return [];
  const fields = CONTACT.map(async ([name, id]): Promise<[string, string]> => [
    name,
    lineOf(await message.text(id)),
  ]);
  return await Promise.all(fields);
}

async function senderOf(message: MsgProperties): Promise<string> {
  const address = (await message.text(ID.senderSmtp)) || (await message.text(ID.senderAddress));
  return personOf(await message.text(ID.senderName), address);
}

/** An address within Exchange (`/o=…`) is nothing that people know. */
function personOf(name: string, address: string): string {
  const known = address.includes("@") ? lineOf(address) : "";
  const shown = lineOf(name);
  if (!known || !shown || shown === known) return known || shown;
  return `${shown} <${known}>`;
}

async function nameOf(attachment: MsgProperties): Promise<string> {
  for (const id of [ID.longName, ID.shortName, ID.displayName]) {
    const name = lineOf(await attachment.text(id));
    if (name) return name;
  }
  return "Attachment";
}

/** No picture that belongs to the looks of the body. */
async function isForPeople(attachment: MsgProperties): Promise<boolean> {
  if (attachment.flag(ID.hidden)) return false;
  const flags = attachment.number(ID.attachmentFlags) ?? 0;
  const isShown = (flags & SHOWN_IN_BODY) !== 0 && (await attachment.text(ID.contentId)) !== "";
  return !(isShown && /\.(png|gif|jpe?g|bmp|emz|wmz)$/i.test(await nameOf(attachment)));
}

/** Of a part that does not take the rest of the mail along. */
function damagedPart(error: unknown): never {
  throw error instanceof AppError ? error : damaged("mail", error);
}
