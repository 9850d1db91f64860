import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { join } from "node:path";
import { type Child, spawnChild } from "./child.ts";
import { eventually } from "./eventually.ts";
import { temporaryFolder } from "./folder.ts";
import { freePort } from "./ports.ts";

/** A throwaway S3 server with one empty bucket. */
export interface S3Server {
  readonly endpoint: string;
  readonly bucket: string;
  /** The engine's settings for it. */
  readonly env: Readonly<Record<string, string>>;
  /** The keys of all objects, sorted. */
  keys(prefix?: string): Promise<string[]>;
  /** Removes every object. */
  empty(): Promise<void>;
  client(): S3Client;
  stop(): Promise<void>;
  /** Starts it again on the same port, with the same objects. */
  restart(): Promise<void>;
}

const PROGRAM = join(import.meta.dir, "../../node_modules/s3rver/bin/s3rver.js");
/** s3rver knows this one account. */
const ACCOUNT = "S3RVER";
const REGION = "us-east-1";

/** Starts an S3 server with the bucket in place. */
export async function startS3(bucket = "documents"): Promise<S3Server> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const folder = temporaryFolder("s3");
  let server = await launch(port, bucket, folder);
  const client = () => connect(endpoint);
  return {
    endpoint,
    bucket,
    client,
    env: settings(endpoint, bucket),
    keys: (prefix) => listKeys(client(), bucket, prefix),
    empty: () => removeAll(client(), bucket),
    stop: () => server.stop(),
    restart: async () => {
      await server.stop();
      server = await launch(port, bucket, folder);
    },
  };
}

async function launch(port: number, bucket: string, folder: string): Promise<Child> {
  const where = ["--address", "127.0.0.1", "--port", String(port)];
  const what = ["--directory", folder, "--configure-bucket", bucket];
  const server = spawnChild({
    cmd: [process.execPath, PROGRAM, "--silent", "--no-vhost-buckets", ...where, ...what],
  });
  const address = `http://127.0.0.1:${port}/${bucket}`;
  await eventually(() => fetch(address)).catch((error: unknown) => {
    throw new Error(`The S3 server did not start: ${server.logs()}`, { cause: error });
  });
  return server;
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
