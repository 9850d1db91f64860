import { afterAll, expect, test } from "bun:test";
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { S3Storage } from "../../src/storage/s3-storage.ts";
import { temporaryFolder } from "../support/folder.ts";
import { freePort } from "../support/ports.ts";

const folder = temporaryFolder("storage-retry");
const port = await freePort();
const bodies: string[] = [];
let answer: (request: IncomingMessage, body: string) => number | "nothing" = () => 200;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString();
    const status = answer(request, body);
    bodies.push(body);
    if (status === "nothing") request.socket.destroy();
    else response.writeHead(status).end();
  });
});
await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
afterAll(() => void server.close());

const storage = new S3Storage(
  {
    endpoint: `http://127.0.0.1:${port}`,
    bucket: "documents",
    accessKeyId: "key",
    secretAccessKey: "secret",
    region: "us-east-1",
  },
  folder,
);

async function put(content: string): Promise<void> {
  const path = join(folder, crypto.randomUUID());
  await Bun.write(path, content);
  await storage.putFile("a/key.txt", path, "text/plain");
}

test("a file whose connection is closed as it is sent is sent again, whole", async () => {
  bodies.length = 0;
  let count = 0;
  answer = () => (++count === 1 ? "nothing" : 200);
  await put("the whole text");
  expect(bodies).toEqual(["the whole text", "the whole text"]);
});

test("a storage that refuses the file is not asked again", async () => {
  bodies.length = 0;
  answer = () => 403;
  await expect(put("unwanted")).rejects.toThrow("The file storage cannot be reached");
  expect(bodies).toEqual(["unwanted"]);
});
