import type { FormatRow } from "./format-row.ts";
import { beginsAsMail } from "./telling/mail-likeness.ts";
import {
  isBiff,
  isBmp,
  isNotebook,
  isSigned,
  isTiff,
  latin1,
  startsWith,
} from "./telling/magic.ts";
import { isHtml, isOfficeXml, isXml } from "./telling/markup-kind.ts";
import { FURTHER_EXTENSIONS } from "./telling/further-extensions.ts";
import type { Sample } from "./telling/sample.ts";
import { looksLikeText } from "./telling/text-likeness.ts";

/** Readers skip junk in front of a PDF's header up to here. */
const PDF_HEADER_WITHIN_BYTES = 1024;
/** White space and a byte-order mark before an RTF's header do no harm. */
const RTF_HEADER_WITHIN_BYTES = 64;

/** What is written as text. */
const WRITTEN = { accepts: ({ head }: Sample) => looksLikeText(head) };
const TEXT = { ...WRITTEN, isText: true };
/** What lies in a container, which tells what it is. */
const CONTAINED = { accepts: isBrokenContainer };
const SHEETS = {
  ...CONTAINED,
  kind: "Excel",
  pageUnit: "sheet",
  load: async () => (await import("./formats/sheets.ts")).readSheets,
} as const;
/** Its bytes prove an image: a name alone makes none. */
const IMAGE = {
  kind: "pictures",
  sourceType: "image",
  load: async () => (await import("./formats/image.ts")).readImage,
  accepts: () => false,
} as const;

/**
 * Every format that the engine reads. A new one is a row here and a reader in `formats/`; one that lies in a ZIP
 * archive is told by a line in `telling/zip-kind.ts`. Of rows that prove a file, the first is right; besides, they
 * stand in the order in which a sentence lists their kinds.
 */
export const FORMATS = [
  {
    name: "pdf",
    kind: "PDF",
    noun: "PDF",
    extensions: [".pdf"],
    mimeType: "application/pdf",
    load: async () => (await import("./formats/pdf.ts")).readPdf,
    proves: ({ head }) => startsWith(head, "%PDF-"),
    accepts: ({ head }) => latin1(head, 0, PDF_HEADER_WITHIN_BYTES).includes("%PDF-"),
  },
  {
    ...CONTAINED,
    name: "docx",
    kind: "Word",
    noun: "Word document",
    extensions: [".docx", ".docm", ".dotx", ".dotm"],
    mimeType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    load: async () => (await import("./formats/docx.ts")).readDocx,
    proves: ({ head }) => isOfficeXml(head, "text"),
  },
  {
    ...SHEETS,
    name: "xlsx",
    noun: "spreadsheet",
    extensions: [".xlsx", ".xlsm", ".xltx", ".xltm"],
    mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  },
  {
    ...SHEETS,
    name: "xlsb",
    noun: "spreadsheet",
    extensions: [".xlsb"],
    mimeType: "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    sourceType: "xlsx",
  },
  {
    ...SHEETS,
    name: "xls",
    noun: "spreadsheet",
    extensions: [".xls", ".xlt"],
    mimeType: "application/vnd.ms-excel",
    proves: ({ head }) => isOfficeXml(head, "workbook"),
    accepts: (sample) => isBrokenContainer(sample) || isBiff(sample.head),
  },
  {
    ...CONTAINED,
    name: "pptx",
    kind: "PowerPoint",
    noun: "presentation",
    extensions: [".pptx", ".pptm", ".potx", ".potm", ".ppsx", ".ppsm"],
    mimeType: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    pageUnit: "slide",
    load: async () => (await import("./formats/pptx.ts")).readPptx,
    proves: ({ head }) => isOfficeXml(head, "presentation"),
  },
  {
    ...openDocument("text"),
    name: "odt",
    noun: "text document",
    extensions: [".odt", ".ott", ".fodt"],
    load: async () => (await import("./formats/odt.ts")).readOdt,
  },
  {
    ...openDocument("presentation"),
    name: "odp",
    noun: "presentation",
    extensions: [".odp", ".otp", ".fodp"],
    pageUnit: "slide",
    load: async () => (await import("./formats/odp.ts")).readOdp,
  },
  {
    ...openDocument("graphics"),
    name: "odg",
    noun: "drawing",
    extensions: [".odg", ".otg", ".fodg"],
    load: async () => (await import("./formats/odp.ts")).readOdp,
  },
  {
    ...SHEETS,
    ...openDocument("spreadsheet"),
    name: "ods",
    noun: "spreadsheet",
    extensions: [".ods", ".ots", ".fods"],
  },
  {
    name: "rtf",
    kind: "RTF",
    noun: "RTF document",
    extensions: [".rtf"],
    mimeType: "application/rtf",
    load: async () => (await import("./formats/rtf.ts")).readRtf,
    proves: ({ head }) =>
      /^(\xef\xbb\xbf)?\s*\{\\rtf/.test(latin1(head, 0, RTF_HEADER_WITHIN_BYTES)),
    // Without its header it is no such document.
    accepts: () => false,
  },
  {
    ...WRITTEN,
    name: "html",
    kind: "HTML",
    noun: "HTML page",
    extensions: [".html", ".htm", ".xhtml", ".xht"],
    mimeType: "text/html",
    load: async () => (await import("./formats/html.ts")).readHtml,
    proves: ({ head }) => isHtml(head),
  },
  {
    ...CONTAINED,
    name: "epub",
    kind: "EPUB",
    noun: "e-book",
    extensions: [".epub"],
    mimeType: "application/epub+zip",
    pageUnit: "part",
    load: async () => (await import("./formats/epub.ts")).readEpub,
  },
  // After Office's and OpenDocument's documents and pages of the web, which may be XML as well.
  {
    ...WRITTEN,
    name: "xml",
    kind: "XML",
    noun: "XML file",
    extensions: [".xml", ".rss", ".atom", ".rdf", ".opml", ...FURTHER_EXTENSIONS.xml],
    mimeType: "application/xml",
    load: async () => (await import("./formats/xml.ts")).readXml,
    proves: ({ head }) => isXml(head),
  },
  {
    ...WRITTEN,
    name: "eml",
    kind: "mail",
    noun: "mail",
    extensions: [".eml", ".mbox", ".mht", ".mhtml"],
    mimeType: "message/rfc822",
    pageUnit: "part",
    load: async () => (await import("./formats/eml.ts")).readEml,
    proves: ({ head }) => beginsAsMail(head),
  },
  {
    ...CONTAINED,
    name: "msg",
    kind: "mail",
    noun: "mail",
    extensions: [".msg"],
    mimeType: "application/vnd.ms-outlook",
    pageUnit: "part",
    load: async () => (await import("./formats/msg.ts")).readMsg,
  },
  {
    ...WRITTEN,
    name: "signed",
    kind: "signed files",
    noun: "signed file",
    extensions: [".p7m"],
    mimeType: "application/pkcs7-mime",
    load: async () => (await import("./formats/signed.ts")).readSigned,
    proves: ({ head }) => isSigned(head),
  },
  {
    ...WRITTEN,
    name: "calendar",
    kind: "calendars",
    noun: "calendar",
    extensions: [".ics", ".ical", ".ifb"],
    mimeType: "text/calendar",
    load: async () => (await import("./formats/cards.ts")).readCards,
  },
  {
    ...WRITTEN,
    name: "contacts",
    kind: "contacts",
    noun: "list of contacts",
    extensions: [".vcf", ".vcard"],
    mimeType: "text/vcard",
    load: async () => (await import("./formats/cards.ts")).readCards,
  },
  {
    ...IMAGE,
    name: "png",
    noun: "picture",
    extensions: [".png"],
    mimeType: "image/png",
    proves: ({ head }) => startsWith(head, "\x89PNG\r\n\x1a\n"),
  },
  {
    ...IMAGE,
    name: "jpeg",
    noun: "picture",
    extensions: [".jpg", ".jpeg"],
    mimeType: "image/jpeg",
    proves: ({ head }) => startsWith(head, "\xff\xd8\xff"),
  },
  {
    ...IMAGE,
    name: "tiff",
    noun: "picture",
    extensions: [".tif", ".tiff"],
    mimeType: "image/tiff",
    proves: ({ head }) => isTiff(head),
  },
  {
    ...IMAGE,
    name: "gif",
    noun: "picture",
    extensions: [".gif"],
    mimeType: "image/gif",
    proves: ({ head }) => /^GIF8[79]a/.test(latin1(head, 0, 6)),
  },
  {
    ...IMAGE,
    name: "bmp",
    noun: "picture",
    extensions: [".bmp"],
    mimeType: "image/bmp",
    proves: ({ head }) => isBmp(head),
  },
  {
    ...IMAGE,
    name: "webp",
    noun: "picture",
    extensions: [".webp"],
    mimeType: "image/webp",
    proves: ({ head }) => /^RIFF[^]{4}WEBP/.test(latin1(head, 0, 12)),
  },
  {
    ...WRITTEN,
    name: "notebook",
    kind: "Jupyter notebooks",
    noun: "notebook",
    extensions: [".ipynb"],
    mimeType: "application/x-ipynb+json",
    load: async () => (await import("./formats/notebook.ts")).readNotebook,
    proves: isNotebook,
  },
  {
    ...TEXT,
    name: "markdown",
    kind: "Markdown",
    noun: "Markdown text",
    extensions: [".md", ".markdown", ".mdown", ".mkd", ".mdx", ".rmd", ".qmd"],
    mimeType: "text/markdown",
    load: async () => (await import("./formats/markdown.ts")).readMarkdown,
  },
  {
    ...TEXT,
    name: "text",
    kind: "text",
    noun: "text",
    extensions: [".txt", ".text", ".log", ...FURTHER_EXTENSIONS.text],
    mimeType: "text/plain",
    load: async () => (await import("./formats/text.ts")).readText,
  },
  {
    ...TEXT,
    name: "csv",
    kind: "CSV",
    noun: "table",
    extensions: [".csv"],
    mimeType: "text/csv",
    load: async () => (await import("./formats/csv.ts")).readCsv,
  },
  {
    ...TEXT,
    name: "tsv",
    kind: "TSV",
    noun: "table",
    extensions: [".tsv", ".tab"],
    mimeType: "text/tab-separated-values",
    load: async () => (await import("./formats/csv.ts")).readCsv,
  },
  {
    ...TEXT,
    name: "json",
    kind: "JSON",
    noun: "JSON file",
    extensions: [".json", ...FURTHER_EXTENSIONS.json],
    mimeType: "application/json",
    load: async () => (await import("./formats/json.ts")).readJson,
  },
  {
    ...TEXT,
    name: "jsonl",
    kind: "JSON",
    noun: "JSON file",
    extensions: [".jsonl", ".ndjson"],
    mimeType: "application/x-ndjson",
    sourceType: "json",
    load: async () => (await import("./formats/json.ts")).readJsonLines,
  },
] as const satisfies readonly FormatRow[];

/** All that is read, in a sentence: "PDF, Word, … and JSON". */
export const READ_KINDS = new Intl.ListFormat("en-GB").format(
  new Set(FORMATS.map(({ kind }) => kind)),
);

/** OpenDocument of a kind: a package, or all of it in one XML text. */
function openDocument(kind: string) {
  const mimeType = `application/vnd.oasis.opendocument.${kind}`;
  const isFlat = ({ head }: Sample) =>
    latin1(head, 0, head.length).includes(`office:mimetype="${mimeType}`);
  return { ...CONTAINED, kind: "OpenDocument", mimeType, proves: isFlat };
}

/** Whether it is a container that tells no more of itself: cut short, or encrypted. Its reader says so. */
function isBrokenContainer({ container }: Sample): boolean {
  return container === "broken" || container === "encrypted";
}
