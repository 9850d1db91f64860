import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The secret of an engine that was given none: made once, kept in DATA_DIR, readable by its owner alone. */
export async function generatedSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, "jwt-secret");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const known = await readFile(path, "utf8").catch(() => "");
  if (known) return known;
  // Written aside and linked, so that two processes that start together agree on one.
  const draft = `${path}.${crypto.randomUUID()}`;
  await writeFile(draft, randomBytes(32).toString("hex"), { mode: 0o600 });
  await link(draft, path).catch(() => undefined);
  await rm(draft);
  return await readFile(path, "utf8");
}
