import { join } from "node:path";
import { readConfig } from "../../src/config.ts";
import { Tesseract, type TesseractOptions } from "../../src/parsing/ocr/tesseract.ts";

/** What keeps a program from harm, as the engine starts it. */
export const LAUNCHER = [process.execPath, join(import.meta.dir, "../../src/main.ts"), "__become"];

/** The program tesseract, as the engine uses it where nothing else is said. */
export function tesseract(options: Partial<TesseractOptions> = {}): Tesseract {
  const { ocr } = readConfig(Bun.env);
  return new Tesseract({ ...ocr, memoryLimitMb: 1024, deadlineSeconds: 60, ...options });
}
