import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatOf } from "../../src/parsing/format.ts";
import { parseFile } from "../../src/parsing/child/parse-file.ts";
import { sampleOfFile } from "../../src/parsing/telling/sample.ts";
import { temporaryFolder } from "./folder.ts";
import { LIMITS } from "./limits.ts";

const folder = temporaryFolder("read");
let files = 0;

/** Reads a file as an upload is read, in this process. @returns the texts of its pages */
export async function readPages(
  name: string,
  bytes: Uint8Array | string,
  limits: Partial<typeof LIMITS> = {},
): Promise<string[]> {
  const path = join(folder, String(files++));
  writeFileSync(path, bytes);
  const format = formatOf(name, await sampleOfFile(path)).name;
  const request = { path, name, format, limits: { ...LIMITS, ...limits } };
  const { text, pages } = await parseFile(request, () => undefined);
  return pages.map(({ start, end }) => text.slice(start, end));
}
