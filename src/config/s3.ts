import { optional, type Reader } from "./reader.ts";

export interface S3Config {
  readonly endpoint?: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

export function readS3(reader: Reader): S3Config | undefined {
  const values = reader.group({
    bucket: "S3_BUCKET",
    accessKeyId: "S3_ACCESS_KEY_ID",
    secretAccessKey: "S3_SECRET_ACCESS_KEY",
  });
  const endpoint = reader.url("S3_ENDPOINT", ["http:", "https:"]);
  if (!values) {
    if (endpoint !== undefined) reader.fault("S3_ENDPOINT is set, but S3_BUCKET is not.");
    return undefined;
  }
  return {
    ...values,
    ...optional("endpoint", endpoint),
    region: reader.text("S3_REGION") ?? "auto",
  };
}
