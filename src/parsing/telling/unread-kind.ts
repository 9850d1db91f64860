import { READ_KINDS } from "../format-table.ts";
import { isArchive, isFilmOrSound, isHeic, isProgram } from "./magic.ts";
import type { Sample } from "./sample.ts";

/** Both are parts of a sentence: "is an archive", "upload the files that lie in it". */
interface UnreadKind {
  readonly is: string;
  readonly help?: string;
}

const ARCHIVE: UnreadKind = { is: "is an archive", help: "upload the files that lie in it" };

/** What containers are that are known, and not read. */
const CONTAINERS: Partial<Record<NonNullable<Sample["container"]>, UnreadKind>> = {
  zip: ARCHIVE,
  iwork: {
    is: "is a document of Apple's Pages, Numbers or Keynote",
    help: "export it as PDF and upload that",
  },
  doc: {
    is: "is a Word document of the kind before 2007",
    help: "save it as .docx and upload that",
  },
  ppt: {
    is: "is a PowerPoint presentation of the kind before 2007",
    help: "save it as .pptx and upload that",
  },
  encrypted: { is: "is password-protected", help: "remove the password and upload it again" },
};

/** The same of what its first bytes tell. */
const HEADS: readonly (readonly [(head: Uint8Array) => boolean, UnreadKind])[] = [
  [isProgram, { is: "is a program, not a document" }],
  [isArchive, ARCHIVE],
  [isHeic, { is: "is a picture in HEIC or AVIF", help: "save it as JPEG or PNG and upload that" }],
  [isFilmOrSound, { is: "is a film or a sound, not a document" }],
];

const UNKNOWN: UnreadKind = { is: "is of a type that cannot be read" };

/**
 * What a file is that is not read, and what helps, after its name: "is an archive; upload …". Where nothing better
 * helps it says what is read.
 */
export function refusalOf(sample: Sample): string {
  const { is, help = `what can be read is ${READ_KINDS}` } = kindOf(sample);
  return `${is}; ${help}`;
}

/** The same of a file that lies within another, whose reader wants to know no more. */
export function refusalWithin(sample: Sample): string {
  const { is, help } = kindOf(sample);
  return help ? `${is}; ${help}` : is;
}

function kindOf({ head, container }: Sample): UnreadKind {
  const known = container ? CONTAINERS[container] : HEADS.find(([isSuch]) => isSuch(head))?.[1];
  return known ?? UNKNOWN;
}
