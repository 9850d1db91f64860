// One worker process: `bun worker.ts SYSTEM PLACE CONCURRENCY`. It writes a line now and then: `key@time …`.
import { clockMs, type Place } from "./system.ts";
import { systemNamed } from "./systems.ts";

/** Seldom enough to cost nothing beside the jobs. */
const REPORT_EVERY_MS = 100;

const [name, place, concurrency] = process.argv.slice(2);
let starts: string[] = [];

setInterval(() => {
  if (starts.length === 0) return;
  process.stdout.write(`${starts.join(" ")}\n`);
  starts = [];
}, REPORT_EVERY_MS);

await systemNamed(name).work(JSON.parse(place ?? "{}") as Place, Number(concurrency), (key) => {
  starts.push(`${key}@${clockMs().toFixed(3)}`);
});
process.stdout.write("ready\n");
