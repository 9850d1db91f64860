import { readConfig } from "../../src/config.ts";
import { Tesseract, type TesseractOptions } from "../../src/parsing/ocr/tesseract.ts";

/** The program tesseract, as the engine uses it where nothing else is said. */
export function tesseract(options: Partial<TesseractOptions> = {}): Tesseract {
  const { ocr } = readConfig(Bun.env);
  return new Tesseract({ ...ocr, memoryLimitMb: 1024, deadlineSeconds: 60, ...options });
}
