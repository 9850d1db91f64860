import type { Reader } from "./reader.ts";

/** What `tesseract` is told. */
export interface OcrConfig {
  /** As it names them. */
  readonly languages: readonly string[];
  /** Where programs are looked for, and where its languages lie if not at their own place. */
  readonly environment: Readonly<Record<string, string>>;
}

const LANGUAGES = "eng+vie";
const OF_THE_SYSTEM = ["PATH", "TESSDATA_PREFIX"];

export function readOcr(reader: Reader): OcrConfig {
  const languages = (reader.text("OCR_LANGUAGES") ?? LANGUAGES)
    .split("+")
    .map((name) => name.trim());
  if (!languages.every((name) => /^\w+(?:\/\w+)?$/.test(name)))
    reader.fault(
      "OCR_LANGUAGES must be tesseract's names of languages with + between, as eng+vie.",
    );
  return { languages, environment: reader.ofTheSystem(OF_THE_SYSTEM) };
}
