import { expect, test } from "bun:test";
import { Ole } from "../../../src/parsing/ole.ts";
import { sourceOfBytes } from "../../../src/parsing/source.ts";
import { buildOle } from "../../support/ole.ts";

const MB = 1024 * 1024;
const LARGE = Uint8Array.from({ length: MB }, (_, at) => (at * 31) & 255);

async function open(bytes: Uint8Array): Promise<Ole> {
  return await Ole.open(sourceOfBytes(bytes));
}

async function contentOf(ole: Ole, name: string): Promise<Uint8Array> {
  const entry = (await ole.entriesOf()).find((each) => each.name === name);
  if (!entry) throw new Error(`There is no ${name}.`);
  return await ole.bytesOf(entry);
}

test("streams of any size are read as they were written", async () => {
  const ole = await open(
    buildOle({ large: LARGE, small: "a few words", none: "", folder: { a: "b" } }),
  );
  expect((await ole.entriesOf()).map(({ name }) => name).toSorted()).toEqual([
    "folder",
    "large",
    "none",
    "small",
  ]);
  expect(await contentOf(ole, "large")).toEqual(LARGE);
  expect(Buffer.from(await contentOf(ole, "small")).toString()).toBe("a few words");
  expect(await contentOf(ole, "none")).toHaveLength(0);
});

test("one that is cut anywhere is damaged, and no more", async () => {
  const large = LARGE.subarray(0, 9_000);
  const whole = buildOle({ large, small: "a few words" });
  let damaged = 0;
  for (let length = 0; length < whole.length; length += 100) {
    const read = open(whole.subarray(0, length)).then((ole) => contentOf(ole, "large"));
    const content = await read.catch((error: unknown) => error);
    if (content instanceof Error) damaged++;
    else expect(content).toEqual(large);
  }
  expect(damaged).toBeGreaterThan(90);
});

/** Where the entry of a name lies in a container, and its number. */
function entryIn(bytes: Buffer, name: string): { at: number; id: number } {
  const at = bytes.indexOf(Buffer.from(name, "utf16le"));
  return { at, id: (at - bytes.indexOf(Buffer.from("Root Entry", "utf16le"))) / 128 };
}

test("entries that lead to themselves are listed once", async () => {
  const bytes = Buffer.from(buildOle({ first: "a", second: "b" }));
  const { at, id } = entryIn(bytes, "second");
  bytes.writeUInt32LE(id, at + 68);
  bytes.writeUInt32LE(entryIn(bytes, "first").id, at + 72);
  const names = (await (await open(bytes)).entriesOf()).map(({ name }) => name);
  expect(names.toSorted()).toEqual(["first", "second"]);
});

test("a stream that claims to be longer than its file is refused before it is read", async () => {
  const bytes = Buffer.from(buildOle({ large: LARGE.subarray(0, 9_000) }));
  bytes.writeUInt32LE(0x7fffffff, entryIn(bytes, "large").at + 120);
  await expect(contentOf(await open(bytes), "large")).rejects.toThrow("longer than its file");
});

test("streams that share their sectors do not make much of little", async () => {
  const ole = await open(buildOle({ large: LARGE }));
  const readOften = async () => {
    for (let times = 0; times < 20; times++) await contentOf(ole, "large");
  };
  await expect(readOften()).rejects.toThrow("share what they hold");
});
