import { expect, test } from "bun:test";
import { readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { errorResponse } from "../../src/http/error.ts";
import { receiveUpload } from "../../src/http/multipart.ts";
import { temporaryFolder } from "../support/folder.ts";

const HEAD = '--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n';
const CHUNK = new Uint8Array(256 * 1024).fill(97);
/** More than any pipe on the way holds. */
const CHUNKS = 40;

/** A form with one large file, which is sent once its folder is there and leads to a disk that is full. */
function uploadToFullDisk(uploadDir: string): Request {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (sent === 0) {
          symlinkSync("/dev/full", join(uploadDir, readdirSync(uploadDir)[0] ?? "", "0"));
          controller.enqueue(new TextEncoder().encode(HEAD));
        } else if (sent <= CHUNKS) controller.enqueue(CHUNK);
        else controller.close();
        sent++;
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { "content-type": "multipart/form-data; boundary=b" };
  return new Request("http://localhost/", { method: "POST", headers, body });
}

test("a full disk ends an upload at once, is told as what it is, and leaves nothing", async () => {
  const uploadDir = temporaryFolder("full");
  const received = receiveUpload(uploadToFullDisk(uploadDir), {
    uploadDir,
    maxUploadBytes: 100 * 1024 * 1024,
  });
  const thrown = await received.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toMatchObject({ code: "ENOSPC" });
  expect(readdirSync(uploadDir)).toEqual([]);
  const response = errorResponse(thrown, "UNKNOWN");
  expect({ status: response.status, body: await response.json() }).toEqual({
    status: 503,
    body: {
      detail: "There is no room left for files; please try again later.",
      code: "unavailable",
    },
  });
});
