import { readFileSync, writeFileSync } from "node:fs";
import type { Client } from "../../support/client.ts";
import { eventually } from "../../support/eventually.ts";
import { buildPdf } from "../../support/pdf.ts";
import { childrenOf } from "../../support/process-tree.ts";
import type { SetUp } from "../../support/set-up.ts";
import { mb, type Row } from "../table.ts";
import { pagesOf } from "./corpus.ts";

const PAGES = [100, 300, 1_000, 3_000] as const;
const LONG_MS = 600_000;
const WATCH_EVERY_MS = 50;

/** What one document of many pages takes, from upload to searchable. */
export async function benchPages(setUp: SetUp): Promise<Row[]> {
  const rows: Row[] = [];
  for (const pages of PAGES) rows.push(await measure(setUp, pages));
  return rows;
}

async function measure(setUp: SetUp, pages: number): Promise<Row> {
  const content = buildPdf(pagesOf(pages, pages));
  const user = await setUp.user();
  const { id } = await user.createWorkspace();
  const peaks = watchPeaks(setUp);
  const startedAt = performance.now();
  const { items } = await user.upload(id, { name: `${pages}.pdf`, content });
  await untilIngested(user, id, items[0]?.document.id ?? "");
  const seconds = (performance.now() - startedAt) / 1_000;
  const perThousand = ((seconds * 1_000) / pages).toFixed(1);
  return {
    what: `PDF of ${pages.toLocaleString("en")} pages, ${setUp.name}: s per 1,000 pages; peaks`,
    measured: `${perThousand} s (${seconds.toFixed(1)} s); ${peaks()}`,
    reach: "linear, bounded",
  };
}

export async function untilIngested(
  user: Client,
  workspaceId: string,
  documentId: string,
): Promise<void> {
  await eventually(
    async () => {
      const { document } = await user.document(workspaceId, documentId);
      if (document.status === "error") throw new Error("The document was not read.");
      return document.status === "ingested";
    },
    { timeoutMs: LONG_MS, pollMs: 100 },
  );
}

/** @returns tells the most memory that each process, and any parser, has had since the call */
function watchPeaks(setUp: SetUp): () => string {
  const engines = setUp.engines();
  for (const { pid } of engines) writeFileSync(`/proc/${pid}/clear_refs`, "5"); // Forgets the peak so far.
  let parsers = 0;
  const watching = setInterval(() => {
    for (const { pid } of engines)
      for (const child of childrenOf(pid)) parsers = Math.max(parsers, peakOf(child));
  }, WATCH_EVERY_MS);
  return () => {
    clearInterval(watching);
    const each = engines.map(({ pid, env }) => `${env["ROLE"] ?? "all"} ${mb(peakOf(pid))}`);
    return [...each, `parser ${mb(parsers)}`].join(", ");
  };
}

/** In bytes. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0; // It ended just now.
  }
}
