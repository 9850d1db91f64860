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

test("files that cannot be sent are told of, and the others stay", async () => {
  const folder = temporaryFolder("ask");
  const path = (name: string) => join(folder, name);
  await Bun.write(path("good.txt"), "text");
  await Bun.write(path("empty.txt"), "");
  await mkdir(path("folder"));
  const files = [path("empty.txt"), path("good.txt"), path("folder"), "/dev/null"];
  const checked = await checkFiles({ files, question: "Why?", json: false });
  expect(checked.files).toEqual([path("good.txt")]);
  expect(checked.complaints).toEqual([
    `${path("empty.txt")} is empty.`,
    `${path("folder")} is a folder; name the files in it.`,
    "/dev/null is not a regular file.",
  ]);
});

test("a file that is not there is a slip of the finger, as is a file in the question's place", async () => {
  const good = join(temporaryFolder("ask"), "good.txt");
  await Bun.write(good, "text");
  const complaint = (name: string, question = "Why?") =>
    checkFiles({ files: [good, name], question, json: false }).then(() => "none", messageOf);
  expect(await complaint(good)).toBe("none");
  expect(await complaint(`${good}.pdf`)).toBe(`There is no file ${good}.pdf.`);
  expect(await complaint("How")).toContain("Put the question in quotes, as the last argument.");
  expect(await complaint(good, good)).toContain("The question is missing");
});
