import type { ReadContext } from "../../src/parsing/reader.ts";
import { LIMITS } from "./limits.ts";

/** What a reader is given that finds neither pictures nor files in its file. */
export function contextOf({
  onProgress = () => undefined,
}: Partial<ReadContext> = {}): ReadContext {
  const recognise = () => Promise.reject(new Error("There is no picture here."));
  const readWithin = () => Promise.reject(new Error("There is no file here."));
  const report = () => undefined;
  return { limits: LIMITS, onProgress, recognise, report, readWithin, readPart: readWithin };
}
