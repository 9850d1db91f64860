import { expect, test } from "bun:test";
import { PermanentError } from "../../../src/error.ts";
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
  const recognition = new Recognition(slow, 0.0001, new AbortController().signal);
  expect(await recognition.recognise(PICTURE)).toEqual(["Seen."]);
  expect(recognition.overrun).toBeUndefined();
  const late = recognition.recognise(PICTURE);
  await expect(late).rejects.toThrow("takes longer than 0.003 seconds; split it");
  // A reader may go on with its other pages: whoever asked for the document must know.
  expect(recognition.overrun).toBeInstanceOf(PermanentError);
});
