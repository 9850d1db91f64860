import { expect, test } from "bun:test";
import { formatOf } from "../../../src/parsing/format.ts";
import { FORMATS } from "../../../src/parsing/format-table.ts";
import { sampleOfBytes } from "../../../src/parsing/telling/sample.ts";
import { goodFiles } from "../../support/good-files.ts";

test("bad files are made of good ones of every format", async () => {
  const told = new Set<string>();
  for (const { name, bytes } of goodFiles()) {
    const sample = await sampleOfBytes(bytes);
    // Some lie there for tests that read them by themselves.
    try {
      told.add(formatOf(name, sample).name);
    } catch {
      continue;
    }
  }
  expect(FORMATS.map(({ name }) => name).filter((name) => !told.has(name))).toEqual([]);
});
