import { endEverything } from "../support/child.ts";
import { syncToDisk } from "../support/postgres.ts";
import { benchHop } from "./chat/hop.ts";
import { benchSend } from "./chat/send.ts";
import { benchSpread } from "./chat/spread.ts";
import { benchFlow } from "./flow.ts";
import { benchIngest } from "./ingest/ingest.ts";
import { benchParsing } from "./parsing/parsing.ts";
import { benchBacklog } from "./queue/backlog.ts";
import { benchBurnDown } from "./queue/burn-down.ts";
import { benchLatency } from "./queue/latency.ts";
import { benchSearch } from "./search/search.ts";
import { benchForward } from "./sockets/forward.ts";
import { benchIdle } from "./sockets/idle.ts";
import { benchTenants } from "./sockets/tenants.ts";
import { benchStart } from "./start.ts";
import { renderTable, type Row } from "./table.ts";
import { benchVectors } from "./vectors.ts";

const PARTS: Record<string, () => Promise<Row[]>> = {
  start: benchStart,
  flow: benchFlow,
  parsing: benchParsing,
  ingest: benchIngest,
  search: benchSearch,
  queue: async () => [...(await benchLatency()), ...(await benchBurnDown())],
  backlog: benchBacklog,
  chat: async () => [...(await benchSend()), ...(await benchHop()), ...(await benchSpread())],
  sockets: async () => [...(await benchForward()), ...(await benchIdle())],
  tenants: benchTenants,
  vectors: benchVectors,
};

/** Runs the named parts, or all of them, and prints a table for each. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !(name in PARTS));
  if (unknown.length > 0) throw new Error(`There is no benchmark named ${unknown.join(", ")}.`);
  const chosen = Object.entries(PARTS).filter(
    ([name]) => names.length === 0 || names.includes(name),
  );
  for (const [name, bench] of chosen) {
    process.stderr.write(`measuring ${name} …\n`);
    process.stdout.write(`\n${renderTable(await bench())}\n\n`);
  }
}

syncToDisk();
try {
  await main(process.argv.slice(2));
} finally {
  await endEverything();
}
process.exit(0);
