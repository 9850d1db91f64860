import { createHash } from "node:crypto";
import { signToken } from "./sign.ts";

const TTL_SECONDS = 7 * 24 * 3_600;

/** A token of the one user of an engine that made its own secret; the same user at every start. */
export async function developerToken(secret: string): Promise<string> {
  return await signToken(secret, { sub: developerId(secret), ttlSeconds: TTL_SECONDS });
}

function developerId(secret: string): string {
  const hex = createHash("sha256").update(`developer ${secret}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
