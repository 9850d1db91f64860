import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atTheEnd } from "./child.ts";

/** A new empty folder, removed when the test run ends. */
export function temporaryFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `rag-test-${purpose}-`));
  atTheEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
