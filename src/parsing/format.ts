import { AppError } from "../error.ts";
import { unreadable } from "./limits.ts";
import type { Read } from "./reader.ts";
import { disguised } from "./telling/disguise.ts";
import { beginsAsMail } from "./telling/mail-likeness.ts";
import { isBiff, isBmp, isNotebook, isTiff, latin1, startsWith } from "./telling/magic.ts";
import { isHtml, isWorkbookXml, isXml } from "./telling/markup-kind.ts";
import { MORE_EXTENSIONS } from "./telling/more-extensions.ts";
import type { Sample } from "./telling/sample.ts";
import { refusalOf, refusalWithin } from "./telling/unread-kind.ts";
import { looksLikeText } from "./telling/text-likeness.ts";

/** What people count a document by. */
export type PageUnit = "page" | "slide" | "sheet" | "part";

/** What an accepted file is. */
export interface Format {
  readonly name: FormatName;
  /** The type that the original bytes are served with. */
  readonly mimeType: string;
  /** The `source_type` of the REST answers. */
  readonly sourceType: string;
  /** It is text as it stands, so that reading it costs next to nothing. */
  readonly isText: boolean;
}

/** Loads a reader with the first file of its kind: a parser that reads texts only stays small. */
type Load = () => Promise<Read>;

interface Row {
  readonly name: string;
  /** How the refusal names it to a person. */
  readonly label: string;
  readonly extensions: readonly string[];
  /** Others that it is read under, and that no message lists. */
  readonly moreExtensions?: readonly string[];
  readonly mimeType: string;
  readonly sourceType: string;
  /** What its pages are to people, if not pages. */
  readonly pageUnit?: PageUnit;
  readonly load: Load;
  /**
   * True if the bytes alone prove the format, whatever the file is called. A container (ZIP, OLE) whose kind is the
   * row's name is proven without.
   */
  readonly proves?: (sample: Sample) => boolean;
  /** True if a file that bears one of the extensions may hold these bytes. */
  readonly accepts: (sample: Sample) => boolean;
}

/** Readers skip junk in front of a PDF's header up to here. */
const PDF_HEADER_WITHIN_BYTES = 1024;
/** White space and a byte-order mark before an RTF's header do no harm. */
const RTF_HEADER_WITHIN_BYTES = 64;

const loadText: Load = async () => (await import("./formats/text.ts")).readText;
const loadMarkdown: Load = async () => (await import("./formats/markdown.ts")).readMarkdown;
const loadNotebook: Load = async () => (await import("./formats/notebook.ts")).readNotebook;
const loadXml: Load = async () => (await import("./formats/xml.ts")).readXml;
const loadHtml: Load = async () => (await import("./formats/html.ts")).readHtml;
const loadImage: Load = async () => (await import("./formats/image.ts")).readImage;
const loadCsv: Load = async () => (await import("./formats/csv.ts")).readCsv;
const loadJson: Load = async () => (await import("./formats/json.ts")).readJson;
const loadJsonLines: Load = async () => (await import("./formats/json.ts")).readJsonLines;
const loadCards: Load = async () => (await import("./formats/cards.ts")).readCards;
const loadSheets: Load = async () => (await import("./formats/sheets.ts")).readSheets;

/** What they read is text as it stands. */
const LOADS_OF_TEXT: ReadonlySet<Load> = new Set([
  loadText,
  loadMarkdown,
  loadCsv,
  loadJson,
  loadJsonLines,
]);

const XML_EXTENSIONS = [".xml", ".rss", ".atom", ".rdf", ".opml"];

/** Every format that the engine reads. A new one is a row here and a reader in `formats/`. */
const ROWS = [
  // Before XML, which is what they may be as well.
  openDocumentRow(
    "odt",
    "OpenDocument text",
    [".odt", ".ott", ".fodt"],
    "text",
    "page",
    async () => (await import("./formats/odt.ts")).readOdt,
  ),
  openDocumentRow(
    "odp",
    "OpenDocument presentation",
    [".odp", ".otp", ".fodp"],
    "presentation",
    "slide",
    async () => (await import("./formats/odp.ts")).readOdp,
  ),
  openDocumentRow(
    "ods",
    "OpenDocument spreadsheet",
    [".ods", ".ots", ".fods"],
    "spreadsheet",
    "sheet",
    loadSheets,
  ),
  {
    ...textRow("text", "text", [".txt", ".text", ".log"], "text/plain"),
    moreExtensions: MORE_EXTENSIONS.text,
  },
  textRow(
    "markdown",
    "Markdown",
    [".md", ".markdown", ".mdown", ".mkd", ".mdx"],
    "text/markdown",
    "markdown",
    loadMarkdown,
  ),
  textRow("csv", "CSV", [".csv"], "text/csv", "csv", loadCsv),
  textRow("tsv", "TSV", [".tsv", ".tab"], "text/tab-separated-values", "tsv", loadCsv),
  {
    ...textRow("json", "JSON", [".json"], "application/json", "json", loadJson),
    moreExtensions: MORE_EXTENSIONS.json,
  },
  textRow(
    "jsonl",
    "JSON Lines",
    [".jsonl", ".ndjson"],
    "application/x-ndjson",
    "json",
    loadJsonLines,
  ),
  {
    ...textRow("html", "HTML", [".html", ".htm", ".xhtml", ".xht"], "text/html", "html", loadHtml),
    proves: ({ head }) => isHtml(head),
  },
  {
    ...textRow("xml", "XML", XML_EXTENSIONS, "application/xml", "xml", loadXml),
    moreExtensions: MORE_EXTENSIONS.xml,
    proves: ({ head }) => isXml(head),
  },
  {
    ...textRow(
      "notebook",
      "Jupyter notebook",
      [".ipynb"],
      "application/x-ipynb+json",
      "notebook",
      loadNotebook,
    ),
    proves: isNotebook,
  },
  {
    name: "pdf",
    label: "PDF",
    extensions: [".pdf"],
    mimeType: "application/pdf",
    sourceType: "pdf",
    load: async () => (await import("./formats/pdf.ts")).readPdf,
    proves: ({ head }) => startsWith(head, "%PDF-"),
    accepts: ({ head }) =>
      Buffer.from(head.subarray(0, PDF_HEADER_WITHIN_BYTES)).includes("%PDF-", 0, "latin1"),
  },
  {
    name: "docx",
    label: "Word",
    extensions: [".docx", ".docm", ".dotx", ".dotm"],
    mimeType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    sourceType: "docx",
    load: async () => (await import("./formats/docx.ts")).readDocx,
    accepts: isBrokenContainer,
  },
  {
    name: "epub",
    label: "EPUB",
    extensions: [".epub"],
    mimeType: "application/epub+zip",
    sourceType: "epub",
    pageUnit: "part",
    load: async () => (await import("./formats/epub.ts")).readEpub,
    accepts: isBrokenContainer,
  },
  {
    name: "pptx",
    label: "PowerPoint",
    extensions: [".pptx", ".pptm", ".potx", ".potm", ".ppsx", ".ppsm"],
    mimeType: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    sourceType: "pptx",
    pageUnit: "slide",
    load: async () => (await import("./formats/pptx.ts")).readPptx,
    accepts: isBrokenContainer,
  },
  {
    name: "rtf",
    label: "RTF",
    extensions: [".rtf"],
    mimeType: "application/rtf",
    sourceType: "rtf",
    load: async () => (await import("./formats/rtf.ts")).readRtf,
    proves: ({ head }) =>
      /^(\xef\xbb\xbf)?\s*\{\\rtf/.test(latin1(head, 0, RTF_HEADER_WITHIN_BYTES)),
    // Without its header it is no such document.
    accepts: () => false,
  },
  {
    name: "eml",
    label: "mail",
    extensions: [".eml", ".mbox", ".mht", ".mhtml"],
    mimeType: "message/rfc822",
    sourceType: "eml",
    pageUnit: "part",
    load: async () => (await import("./formats/eml.ts")).readEml,
    proves: ({ head }) => beginsAsMail(head),
    accepts: ({ head }) => looksLikeText(head),
  },
  textRow(
    "calendar",
    "calendar",
    [".ics", ".ical", ".ifb"],
    "text/calendar",
    "calendar",
    loadCards,
  ),
  textRow("contacts", "contacts", [".vcf", ".vcard"], "text/vcard", "contacts", loadCards),
  {
    name: "msg",
    label: "Outlook mail",
    extensions: [".msg"],
    mimeType: "application/vnd.ms-outlook",
    sourceType: "msg",
    pageUnit: "part",
    load: async () => (await import("./formats/msg.ts")).readMsg,
    accepts: isBrokenContainer,
  },
  {
    name: "xlsx",
    label: "Excel",
    extensions: [".xlsx", ".xlsm", ".xltx", ".xltm"],
    mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    sourceType: "xlsx",
    pageUnit: "sheet",
    load: loadSheets,
    accepts: isBrokenContainer,
  },
  {
    name: "xlsb",
    label: "binary Excel",
    extensions: [".xlsb"],
    mimeType: "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    sourceType: "xlsx",
    pageUnit: "sheet",
    load: loadSheets,
    accepts: isBrokenContainer,
  },
  {
    name: "xls",
    label: "Excel before 2007",
    extensions: [".xls", ".xlt"],
    mimeType: "application/vnd.ms-excel",
    sourceType: "xls",
    pageUnit: "sheet",
    load: loadSheets,
    proves: ({ head }) => isWorkbookXml(head),
    accepts: (sample) => isBrokenContainer(sample) || isBiff(sample.head),
  },
  imageRow("png", "PNG", [".png"], (head) => startsWith(head, "\x89PNG\r\n\x1a\n")),
  imageRow("jpeg", "JPEG", [".jpg", ".jpeg"], (head) => startsWith(head, "\xff\xd8\xff")),
  imageRow("tiff", "TIFF", [".tif", ".tiff"], isTiff),
  imageRow("gif", "GIF", [".gif"], (head) => /^GIF8[79]a/.test(latin1(head, 0, 6))),
  imageRow("bmp", "BMP", [".bmp"], isBmp),
  imageRow("webp", "WebP", [".webp"], (head) => /^RIFF[^]{4}WEBP/.test(latin1(head, 0, 12))),
] as const satisfies readonly Row[];

/** The formats of this release, by name. */
export type FormatName = (typeof ROWS)[number]["name"];

/**
 * Tells what a file is: by its content where that is certain, else by its name if the content agrees.
 *
 * @throws AppError `unsupported_type` with a sentence that says what it is, or else what is read
 */
export function formatOf(fileName: string, sample: Sample): Format {
  const row = tellRow(fileName, sample);
  if (!row) throw new AppError("unsupported_type", `"${fileName}" ${refusalOf(sample)}.`);
  const { name, mimeType, sourceType, load } = row;
  return { name, mimeType, sourceType, isText: LOADS_OF_TEXT.has(load) };
}

/**
 * Tells what a file within another is, as `formatOf` does.
 * @throws PermanentError `parse_failed` with a sentence that says what it is
 */
export function formatWithin(fileName: string, sample: Sample): FormatName {
  const row = tellRow(fileName, sample);
  if (!row) throw unreadable(`It ${refusalWithin(sample)}.`);
  return row.name;
}

/** The reader of a format. */
export async function readerOf(name: FormatName): Promise<Read> {
  return await rowOf(name).load();
}

/** A picture, of which nothing but the writing in it can be read. */
export function isImage(name: FormatName): boolean {
  return rowOf(name).load === loadImage;
}

/** How a sentence names a file of the format: "PDF". */
export function labelOf(name: FormatName): string {
  return rowOf(name).label;
}

/** What the pages of a `source_type` are to people. */
export function pageUnitOf(sourceType: string): PageUnit {
  return allRows().find((row) => row.sourceType === sourceType)?.pageUnit ?? "page";
}

/** The type that a format's bytes are sent with. */
export function mimeTypeOf(name: FormatName): string {
  return rowOf(name).mimeType;
}

type KnownRow = Row & { readonly name: FormatName };

function rowOf(name: FormatName): KnownRow {
  const row = allRows().find((each) => each.name === name);
  if (!row) throw new Error(`There is no format "${name}".`);
  return row;
}

function allRows(): readonly KnownRow[] {
  return ROWS;
}

function tellRow(fileName: string, sample: Sample): KnownRow | undefined {
  const extension = extensionOf(fileName);
  const plain = disguised(extension, sample);
  return provenRow(sample) ?? namedRow(extension, sample) ?? (plain && rowOf(plain));
}

function provenRow(sample: Sample): KnownRow | undefined {
  return allRows().find((row) => row.name === sample.container || row.proves?.(sample));
}

function namedRow(extension: string, sample: Sample): KnownRow | undefined {
  return allRows().find(
    ({ extensions, moreExtensions, accepts }) =>
      (extensions.includes(extension) || moreExtensions?.includes(extension)) && accepts(sample),
  );
}

function extensionOf(fileName: string): string {
  return /\.[^./\\]+$/.exec(fileName)?.[0].toLowerCase() ?? "";
}

function textRow<Name extends string>(
  name: Name,
  label: string,
  extensions: readonly string[],
  mimeType: string,
  sourceType: string = name,
  load: Load = loadText,
) {
  return {
    name,
    label,
    extensions,
    mimeType,
    sourceType,
    load,
    accepts: ({ head }: Sample) => looksLikeText(head),
  } as const;
}

/** OpenDocument: a package, or all of it in one XML text. */
function openDocumentRow<Name extends string>(
  name: Name,
  label: string,
  extensions: readonly string[],
  kind: string,
  pageUnit: PageUnit,
  load: Load,
) {
  const mimeType = `application/vnd.oasis.opendocument.${kind}`;
  const isFlat = ({ head }: Sample) =>
    latin1(head, 0, head.length).includes(`office:mimetype="${mimeType}`);
  return {
    name,
    label,
    extensions,
    mimeType,
    sourceType: name,
    pageUnit,
    load,
    proves: isFlat,
    accepts: isBrokenContainer,
  } as const;
}

function imageRow<Name extends string>(
  name: Name,
  label: string,
  extensions: readonly string[],
  isPicture: (head: Uint8Array) => boolean,
) {
  const mimeType = `image/${name}`;
  const sourceType = "image";
  // Its bytes would have proved it: a name alone makes no image.
  const accepts = () => false;
  return {
    name,
    label,
    extensions,
    mimeType,
    sourceType,
    load: loadImage,
    proves: ({ head }: Sample) => isPicture(head),
    accepts,
  } as const;
}

/** Whether it is a container that tells no more of itself: cut short, or encrypted. Its reader says so. */
function isBrokenContainer({ container }: Sample): boolean {
  return container === "broken" || container === "encrypted";
}
