import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-s3";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { S3Config } from "../config/s3.ts";
import { AppError, messageOf } from "../error.ts";
import { logger } from "../log.ts";
import type { ByteRange, Storage } from "./storage.ts";

/** The SDK waits for ever unless told otherwise. */
const TIMEOUTS = {
  connectionTimeout: 3_000,
  requestTimeout: 60_000,
  socketTimeout: 30_000,
} as const;
const ATTEMPTS_MAX = 3;
const ignore = () => undefined;
/** What goes wrong is logged here; the SDK writes to the console what it thinks of it. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };
/** The most that one request may delete. */
const DELETE_BATCH_MAX = 1_000;

/** S3, R2 or anything that speaks its protocol. */
export class S3Storage implements Storage {
  readonly kind = "s3";
  readonly #client: S3Client;
  readonly #bucket: string;

  /** @param copies an existing folder for local copies of objects */
  constructor(
    config: S3Config,
    private readonly copies: string,
  ) {
    this.#bucket = config.bucket;
    this.#client = new S3Client({
      region: config.region,
      credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
      ...(config.endpoint ? { endpoint: config.endpoint, forcePathStyle: true } : {}),
      maxAttempts: ATTEMPTS_MAX,
      requestHandler: TIMEOUTS,
      logger: SILENT,
      // Compatible servers do not all know the newer checksums.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
  }

  async putFile(key: string, path: string, mimeType: string): Promise<void> {
    const { size } = await stat(path);
    const put = () =>
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        Body: createReadStream(path),
        ContentLength: size,
        ContentType: mimeType,
      });
    await answered(() => this.#sendStream(put));
    await rm(path, { force: true });
  }

  async putText(key: string, body: string, mimeType: string): Promise<void> {
    await this.#send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body, ContentType: mimeType }),
    );
  }

  async read(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array>> {
    const Range = range && `bytes=${range.start}-${range.end}`;
    const response = await this.#send(
      new GetObjectCommand({ Bucket: this.#bucket, Key: key, ...(Range ? { Range } : {}) }),
    );
    if (!response.Body) throw new AppError("not_found", "The file does not exist.");
    return response.Body.transformToWebStream();
  }

  async localCopy(key: string): Promise<{ path: string; release(): Promise<void> }> {
    const folder = await mkdtemp(join(this.copies, "copy-"));
    const release = () => rm(folder, { recursive: true, force: true });
    try {
      const path = join(folder, basename(key));
      await Bun.write(path, new Response(await this.read(key)));
      return { path, release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += DELETE_BATCH_MAX) {
      const batch = keys.slice(at, at + DELETE_BATCH_MAX);
      await this.#send(
        new DeleteObjectsCommand({
          Bucket: this.#bucket,
          Delete: { Objects: batch.map((Key) => ({ Key })), Quiet: true },
        }),
      );
    }
  }

  async removePrefix(prefix: string): Promise<void> {
    for (;;) {
      // What is listed is deleted before the next page is asked for, so the first page is always the next.
      const page = await this.#send(
        new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix }),
      );
      const keys = (page.Contents ?? []).flatMap(({ Key }) => (Key ? [Key] : []));
      if (keys.length === 0) return;
      await this.remove(keys);
    }
  }

  async check(): Promise<void> {
    await this.#send(new HeadBucketCommand({ Bucket: this.#bucket }));
  }

  /** The SDK sends a stream only once, and an idle connection may be closed by the server as it is taken up. */
  async #sendStream(fresh: () => PutObjectCommand): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return void (await this.#client.send(fresh()));
      } catch (error) {
        if (attempt === ATTEMPTS_MAX || isRefusal(error)) throw error;
      }
    }
  }

  async #send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: Parameters<typeof S3Client.prototype.send<Input, Output>>[0],
  ): Promise<Output> {
    return await answered(() => this.#client.send(command));
  }
}

/** @throws AppError `not_found`, or `unavailable` for whatever keeps the storage from answering */
async function answered<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === "NoSuchKey")
      throw new AppError("not_found", "The file does not exist.", { cause: error });
    logger("storage").warn(`The storage did not answer: ${messageOf(error)}`);
    throw new AppError("unavailable", "The file storage cannot be reached; please try again.", {
      cause: error,
    });
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$fault === "client";
}
