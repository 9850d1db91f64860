import { AppError, PermanentError } from "../../error.ts";
import { logger } from "../../log.ts";
import { damaged } from "../limits.ts";
import type { Picture } from "../reader.ts";
import { tidyLines } from "./lines.ts";
import { Program, type ProgramLimits } from "./program.ts";
import type { Recognised, Recogniser } from "./recogniser.ts";

export interface TesseractOptions extends ProgramLimits {
  /** As tesseract names them: `eng`, `vie`, `chi_sim`. */
  readonly languages: readonly string[];
  /** What becomes the program that it is told, and keeps it from harm: it reads whatever people upload. */
  readonly launcher?: readonly string[];
  /** Where programs are looked for, and tesseract's languages if not at its own place; all it gets to see. */
  readonly environment: Readonly<Record<string, string>>;
}

/** More would not make it quicker, and take the cores of other documents. */
const ONE_THREAD = { OMP_THREAD_LIMIT: "1" };
/** Tells how pages lie: then those that lie on their side are turned. */
const ORIENTATION = "osd";
/** Finds columns and lines by itself; with `ORIENTATION` it also turns the page. */
const LAYOUT = { turned: "1", upright: "3" } as const;

/** The program `tesseract`, a process for each picture, which hears the picture and says the text. */
export class Tesseract implements Recogniser {
  readonly name = "tesseract";
  readonly wholePdfPagesMax = 0;
  readonly #options: TesseractOptions;
  #installed: ReadonlySet<string> | undefined;

  constructor(options: TesseractOptions) {
    this.#options = options;
  }

  present(): boolean {
    return this.#path() !== null;
  }

  async recognise({ bytes, pages = 1 }: Picture, signal: AbortSignal): Promise<Recognised> {
    const program = this.#program();
    const languages = await this.#languages(program, signal);
    const layout = this.#installed?.has(ORIENTATION) ? LAYOUT.turned : LAYOUT.upright;
    const words = ["stdin", "stdout", "-l", languages.join("+"), "--psm", layout];
    const outcome = await program.run(words, bytes, signal, pages);
    if (outcome.exitCode !== 0) throw damaged("picture");
    // A form feed stands between two pages; older releases end each page with one.
    return {
      pages: outcome.text
        .replace(/\f\s*$/, "")
        .split("\f")
        .map(tidyLines),
    };
  }

  #path(): string | null {
    return Bun.which("tesseract", { PATH: this.#options.environment["PATH"] ?? "" });
  }

  #program(): Program {
    const path = this.#path();
    if (!path)
      throw new PermanentError(
        "parse_failed",
        "The picture cannot be read, for the program tesseract is not there any more; have it installed, and upload it again.",
      );
    return new Program(
      [...(this.#options.launcher ?? []), path],
      { ...this.#options.environment, ...ONE_THREAD },
      this.#options,
    );
  }

  /** Those wanted that are installed. */
  async #languages(program: Program, signal: AbortSignal): Promise<readonly string[]> {
    const wanted = this.#options.languages;
    if (!this.#installed) {
      this.#installed = await installedLanguages(program, signal);
      const missing = wanted.filter((language) => !this.#installed?.has(language));
      if (missing.length > 0)
        logger("ocr").warn(`tesseract does not have ${missing.join(", ")} of OCR_LANGUAGES.`);
    }
    const usable = wanted.filter((language) => this.#installed?.has(language));
    if (usable.length > 0) return usable.toSorted((a, b) => placeOf(a) - placeOf(b));
    // Asked again next time: somebody may install them meanwhile.
    this.#installed = undefined;
    throw new PermanentError(
      "parse_failed",
      `tesseract has none of the languages that OCR_LANGUAGES names (${wanted.join("+")}): install them, or name others.`,
    );
  }
}

/**
 * The first language has the most say. English before Vietnamese reads Vietnamese without its marks, and loses
 * nothing behind it; a script of thousands of characters before English sees them in its letters.
 */
function placeOf(language: string): number {
  if (/^(?:chi|jpn|kor)/.test(language)) return 2;
  return language === "eng" ? 1 : 0;
}

/** A heading, and then a language in each line. */
async function installedLanguages(
  program: Program,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const { exitCode, text } = await program.run(["--list-langs"], new Uint8Array(), signal);
  if (exitCode !== 0)
    throw new AppError("parse_failed", `tesseract does not tell its languages (exit ${exitCode}).`);
  return new Set(
    text
      .split("\n")
      .slice(1)
      .map((line) => line.trim()),
  );
}
