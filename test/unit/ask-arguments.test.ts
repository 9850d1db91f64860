import { expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { checkFiles, parseAskArguments } from "../../src/cli/ask-arguments.ts";
import { messageOf } from "../../src/error.ts";
import { temporaryFolder } from "../support/folder.ts";

test("the last argument is the question, the others are files", () => {
  expect(parseAskArguments(["a.pdf", "b.txt", " How much? "])).toEqual({
    files: ["a.pdf", "b.txt"],
    question: "How much?",
    json: false,
  });
  expect(parseAskArguments(["--json", "a.pdf", "Why?"]).json).toBe(true);
});

test("behind -- everything is a file or the question", () => {
  const { files, question, json } = parseAskArguments(["--", "--json", "-x.pdf", "--why?"]);
  expect({ files, question, json }).toEqual({
    files: ["--json", "-x.pdf"],
    question: "--why?",
    json: false,
  });
});

test.each([
  [[], "Name at least one file and ask a question."],
  [["a.pdf"], "Name at least one file, and put the question behind it."],
  [["a.pdf", "  "], "The question is empty."],
  [["--fast", "a.pdf", "Why?"], "There is no option --fast."],
])("%p is wrong use, and is told so", (args, sentence) => {
  expect(() => parseAskArguments(args)).toThrow(sentence);
});

test("a file that cannot be sent is named before anything is sent", async () => {
  const folder = temporaryFolder("ask");
  const path = (name: string) => join(folder, name);
  await Bun.write(path("good.txt"), "text");
  await Bun.write(path("empty.txt"), "");
  await mkdir(path("folder"));
  const complaint = (name: string, question = "Why?") =>
    checkFiles({ files: [path("good.txt"), name], question, json: false }).then(
      () => "none",
      messageOf,
    );
  expect(await complaint(path("good.txt"))).toBe("none");
  expect(await complaint(path("none.txt"))).toBe(`There is no file ${path("none.txt")}.`);
  expect(await complaint("How")).toContain("Put the question in quotes, as the last argument.");
  expect(await complaint(path("empty.txt"))).toBe(`${path("empty.txt")} is empty.`);
  expect(await complaint(path("folder"))).toContain("is a folder");
  expect(await complaint("/dev/null")).toContain("is not a regular file");
  expect(await complaint(path("good.txt"), path("good.txt"))).toContain("The question is missing");
});
