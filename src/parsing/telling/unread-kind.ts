import { isArchive, isFilmOrSound, isHeic, isProgram } from "./magic.ts";
import type { Sample } from "./sample.ts";

const ARCHIVE = "is an archive; upload the files that lie in it";

/** What containers are that are known, and not read. */
const UNREAD_CONTAINERS: Partial<Record<NonNullable<Sample["container"]>, string>> = {
  zip: ARCHIVE,
  iwork: "is a document of Apple's Pages, Numbers or Keynote; export it as PDF and upload that",
  doc: "is a Word document of the kind before 2007; save it as .docx and upload that",
  ppt: "is a PowerPoint presentation of the kind before 2007; save it as .pptx and upload that",
  encrypted: "is password-protected; remove the password and upload it again",
};

/** The same of what its first bytes tell. */
const UNREAD_HEADS: readonly (readonly [(head: Uint8Array) => boolean, string])[] = [
  [isProgram, "is a program, not a document"],
  [isArchive, ARCHIVE],
  [isHeic, "is a picture in HEIC or AVIF; save it as JPEG or PNG and upload that"],
  [isFilmOrSound, "is a film or a sound, not a document"],
];

/** What a file is that is known and not read, and what helps: a sentence but for its subject and its end. */
export function unreadKindOf({ head, container }: Sample): string | undefined {
  if (container) return UNREAD_CONTAINERS[container];
  return UNREAD_HEADS.find(([is]) => is(head))?.[1];
}
