import { expect, test } from "bun:test";
import { type SentFile, sendFiles } from "../../src/cli/ask-upload.ts";
import { RefusedError } from "../../src/cli/client/engine-client.ts";
import type { WireDocument } from "../../src/cli/client/wire.ts";

const documentOf = (title: string): WireDocument => ({ id: title, title, status: "pending" });

/** Takes all files of a call or none, as the engine does, and remembers the calls. */
function engineThatRefuses(refused: readonly string[], status = 415) {
  const calls: number[] = [];
  const upload = async (files: readonly string[]) => {
    calls.push(files.length);
    const file = files.find((each) => refused.includes(each));
    if (file) throw new RefusedError(status, `"${file}" cannot be read.`);
    return files.map(documentOf);
  };
  return { calls, upload };
}

async function sentBy(files: readonly string[], { upload }: ReturnType<typeof engineThatRefuses>) {
  const all: SentFile[] = [];
  for await (const sent of sendFiles(files, upload)) all.push(...sent);
  return all;
}

test("files that the engine takes become documents in their order, a few at once", async () => {
  const files = Array.from({ length: 25 }, (_, index) => `${index}.txt`);
  const engine = engineThatRefuses([]);
  const sent = await sentBy(files, engine);
  expect(sent).toEqual(files.map((file) => ({ file, document: documentOf(file) })));
  expect(engine.calls).toEqual([10, 10, 5]);
});

test("a file that is refused takes none of the others along", async () => {
  expect(await sentBy(["a.txt", "b.exe", "c.txt"], engineThatRefuses(["b.exe"]))).toEqual([
    { file: "a.txt", document: documentOf("a.txt") },
    { file: "b.exe", refusal: '"b.exe" cannot be read.' },
    { file: "c.txt", document: documentOf("c.txt") },
  ]);
});

test("a refusal that is no file's fault ends the sending", async () => {
  const engine = engineThatRefuses(["b.txt"], 429);
  await expect(sentBy(["a.txt", "b.txt"], engine)).rejects.toThrow(RefusedError);
  expect(engine.calls).toEqual([2]);
});
