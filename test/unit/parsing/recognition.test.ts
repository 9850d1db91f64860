import { expect, test } from "bun:test";
import { Recognition } from "../../../src/parsing/ocr/recognition.ts";
import type { Recogniser } from "../../../src/parsing/ocr/recogniser.ts";

const PICTURE = { bytes: new Uint8Array(), mimeType: "image/png" };

test("all pictures of a document together have a time as well", async () => {
  const slow: Recogniser = {
    name: "tesseract",
    wholePdfPagesMax: 0,
    present: () => true,
    recognise: async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { pages: ["Seen."] };
    },
  };
  const { recognise } = new Recognition(slow, 0.0001, new AbortController().signal);
  expect(await recognise(PICTURE)).toEqual(["Seen."]);
  await expect(recognise(PICTURE)).rejects.toThrow("takes longer than 0.003 seconds");
});
