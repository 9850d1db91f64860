/** A parser process that goes wrong over its first document, in the way that its argument names. */
import { writeSync } from "node:fs";
import { dieWithParent } from "../../src/parsing/child/die-with-parent.ts";
import { encodeFrame, FRAME } from "../../src/parsing/pipe/frames.ts";

const WAYS: Record<string, () => void> = {
  stuck: () => {
    for (;;);
  },
  greedy: () => {
    for (const hoard: Uint8Array[] = []; ;) hoard.push(new Uint8Array(8 * 1024 * 1024).fill(1));
  },
  crash: () => process.kill(process.pid, "SIGABRT"),
  endless: () => {
    for (const part = encodeFrame(FRAME.text, Buffer.alloc(64 * 1024, "a")); ;) writeSync(1, part);
  },
  talking: () => {
    for (let line = 0; line < 10_000; line++) writeSync(2, `Line {${line}} \u001b[2J\n`);
    writeSync(2, "long ".repeat(100_000));
    process.kill(process.pid, "SIGABRT");
  },
  nonsense: () => void Bun.stdout.write("This is no frame."),
};

const way = WAYS[process.argv.at(-1) ?? ""];
if (!way) process.exit(1);

dieWithParent();
await Bun.stdout.write(encodeFrame(FRAME.ready, new Uint8Array()));
for await (const request of Bun.stdin.stream()) if (request.length > 0) way();
