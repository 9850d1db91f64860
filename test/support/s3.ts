import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { join } from "node:path";
import { spawnChild } from "./child.ts";
import { eventually } from "./eventually.ts";
import { temporaryFolder } from "./folder.ts";
import { freePort } from "./ports.ts";

/** A throwaway S3 server with one empty bucket. */
export interface S3Server {
  readonly endpoint: string;
  readonly bucket: string;
  /** The engine's settings for it. */
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
  /** The keys of all objects, sorted. */
  keys(prefix?: string): Promise<string[]>;
  /** Removes every object. */
  empty(): Promise<void>;
  client(): S3Client;
  stop(): Promise<void>;
}

const PROGRAM = join(import.meta.dir, "../../node_modules/s3rver/bin/s3rver.js");
/** s3rver knows this one account. */
const ACCOUNT = "S3RVER";
const REGION = "us-east-1";

let shared: Promise<S3Server> | undefined;

/** The one S3 server of this test process. */
export function sharedS3(): Promise<S3Server> {
  shared ??= startS3("shared");
  return shared;
}

/** Starts an S3 server with the bucket in place. */
export async function startS3(bucket = "documents"): Promise<S3Server> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const where = ["--address", "127.0.0.1", "--port", String(port)];
  const what = ["--directory", temporaryFolder("s3"), "--configure-bucket", bucket];
  const server = spawnChild({
    cmd: [process.execPath, PROGRAM, "--silent", "--no-vhost-buckets", ...where, ...what],
    env: { BUN_BE_BUN: "1" },
  });
  await eventually(() => fetch(`${endpoint}/${bucket}`)).catch((error: unknown) => {
    throw new Error(`The S3 server did not start: ${server.logs()}`, { cause: error });
  });
  return describeServer(endpoint, bucket, server);
}

function describeServer(
  endpoint: string,
  bucket: string,
  server: { pid: number; stop(): Promise<void> },
): S3Server {
  const client = () => connect(endpoint);
  return {
    endpoint,
    bucket,
    client,
    pid: server.pid,
    stop: () => server.stop(),
    env: settings(endpoint, bucket),
    keys: (prefix) => listKeys(client(), bucket, prefix),
    empty: () => removeAll(client(), bucket),
  };
}

function settings(endpoint: string, bucket: string): Record<string, string> {
  return {
    S3_ENDPOINT: endpoint,
    S3_BUCKET: bucket,
    S3_ACCESS_KEY_ID: ACCOUNT,
    S3_SECRET_ACCESS_KEY: ACCOUNT,
    S3_REGION: REGION,
  };
}

function connect(endpoint: string): S3Client {
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: ACCOUNT };
  return new S3Client({
    endpoint,
    credentials,
    region: REGION,
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
}

async function listKeys(client: S3Client, bucket: string, prefix = ""): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    keys.push(...(page.Contents ?? []).flatMap((object) => object.Key ?? []));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return keys.toSorted();
}

async function removeAll(client: S3Client, bucket: string): Promise<void> {
  const keys = await listKeys(client, bucket);
  if (keys.length === 0) return;
  const objects = keys.map((key) => ({ Key: key }));
  await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects } }));
}
