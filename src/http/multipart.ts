import { Busboy, type BusboyFileStream } from "@fastify/busboy";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileTooLarge, type ReceivedFile } from "../document/upload.ts";
import { AppError } from "../error.ts";
import { sampleOfFile } from "../parsing/telling/sample.ts";

/** Files on disk, removed when the request is done with them. */
export interface ReceivedUpload extends AsyncDisposable {
  readonly files: readonly ReceivedFile[];
}

export interface ReceiveOptions {
  readonly uploadDir: string;
  readonly maxUploadBytes: number;
}

const FIELD = "files";
const FILES_MAX = 100;
const OTHER_FIELDS_MAX = 100;
/** A whole request may carry this many times the largest file. */
const REQUEST_FACTOR = 10;

/**
 * Streams the parts named `files` to disk, each no further than its bound.
 * @throws AppError for a body that is no multipart form, or too large
 */
export async function receiveUpload(
  request: Request,
  { uploadDir, maxUploadBytes }: ReceiveOptions,
): Promise<ReceivedUpload> {
  const contentType = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data;.*boundary=/i.test(contentType) || !request.body)
    throw new AppError("no_file", "Send the files as multipart/form-data parts named 'files'.");
  const folder = await mkdtemp(join(uploadDir, "upload-"));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const files = await readParts(request, contentType, folder, maxUploadBytes);
    return { files, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    // What the system refuses, such as a disk that is full, is no fault of the body's.
    if (error instanceof AppError || isOfSystem(error)) throw error;
    throw new AppError("invalid_request", "The multipart body is malformed.", { cause: error });
  }
}

async function readParts(
  request: Request,
  contentType: string,
  folder: string,
  maxUploadBytes: number,
): Promise<ReceivedFile[]> {
  const parts: Promise<ReceivedFile>[] = [];
  const failed = new AbortController();
  const form = new Busboy({
    headers: { "content-type": contentType },
    // The name is judged, not silently cut.
    preservePath: true,
    limits: {
      fileSize: maxUploadBytes + 1,
      files: FILES_MAX + 1,
      fields: OTHER_FIELDS_MAX,
      headerPairs: 100,
    },
  });
  form.on("file", (field, stream, fileName) => {
    if (field !== FIELD) return void stream.resume();
    const path = join(folder, String(parts.length));
    const part = receivePart(stream, fileName ?? "", path);
    // The form would wait for ever for a part that nobody takes.
    part.catch((error: unknown) => failed.abort(error));
    parts.push(part);
  });
  const body = Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0]);
  const { signal } = failed;
  await pipeline(body, boundedBy(maxUploadBytes * REQUEST_FACTOR), form, { signal }).catch(
    (error: unknown) => {
      throw signal.aborted ? signal.reason : error;
    },
  );
  const files = await Promise.all(parts);
  const large = files.find((file) => file.sizeBytes > maxUploadBytes);
  if (large) throw fileTooLarge(large.fileName, maxUploadBytes);
  return files;
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

async function receivePart(
  stream: BusboyFileStream,
  fileName: string,
  path: string,
): Promise<ReceivedFile> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.byteLength;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(stream, measure, createWriteStream(path));
  const sample = await sampleOfFile(path);
  return { fileName, path, sizeBytes, checksum: hash.digest("hex"), sample };
}

function boundedBy(maxBytes: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.byteLength;
      if (size <= maxBytes) return done(null, chunk);
      done(
        new AppError(
          "request_too_large",
          `An upload must not be larger than ${Math.floor(maxBytes / 1024 / 1024)} MB in all.`,
        ),
      );
    },
  });
}
