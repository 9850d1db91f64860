import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { Client } from "../support/client.ts";
import { startEngine } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import { temporaryFolder } from "../support/folder.ts";
import { JWT_SECRET, signHs256 } from "../support/jwt.ts";
import { buildPdf } from "../support/pdf.ts";
import { sample } from "../support/picture.ts";
import { childrenOf, isRunning } from "../support/process-tree.ts";

// It only bounds a hang, as does the other one: four documents are read twice.
setDefaultTimeout(300_000);

/** All that a process started, and what that started. */
function familyOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...familyOf(child)]);
}

function isTesseract(pid: number): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0", 1)[0]?.endsWith("/tesseract") ??
      false
    );
  } catch {
    return false; // It ended just now.
  }
}

test("a kill -9 in the midst of reading leaves no process and no file, and every document ends", async () => {
  const temporary = temporaryFolder("killed");
  const env = { SUPABASE_JWT_SECRET: JWT_SECRET, TMPDIR: temporary };
  const engine = await startEngine({ env, compiled: true });
  const token = await signHs256({ sub: crypto.randomUUID() });
  const user = new Client(engine.url, token);
  const { id } = await user.createWorkspace("Killed");
  const pages = Array.from({ length: 500 }, (_, at) => `Page ${at}. ${"word ".repeat(300)}`);
  const pictures = [1, 2, 3].map((at) => ({ name: `${at}.png`, content: sample("lease-1.png") }));
  await user.upload(id, { name: "long.pdf", content: buildPdf(pages) }, ...pictures);
  const family = await eventually(() => {
    const pids = familyOf(engine.pid);
    return pids.some(isTesseract) && pids;
  });
  engine.kill("SIGKILL");
  await engine.exited;
  await eventually(() => !family.some(isRunning));
  const again = await engine.again();
  await eventually(
    async () => (await user.documents(id)).every(({ status }) => status === "ingested"),
    { timeoutMs: 200_000 },
  );
  // What a reader needed goes a moment after what it read has come.
  await eventually(() => {
    const left = readdirSync(temporary, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
    return true;
  });
  await again.stop();
});
