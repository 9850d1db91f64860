import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/folder.ts";

const PAGE = Buffer.alloc(8_192, 1);

/** Milliseconds that the disk takes to keep 8 KiB, asked `perSecond` times a second: no commit is faster. */
export async function diskSyncs(perSecond: number, seconds: number): Promise<number[]> {
  const file = openSync(join(temporaryFolder("disk"), "log"), "w");
  const samples: number[] = [];
  for (let at = 0; at < perSecond * seconds; at++) {
    const startedAt = performance.now();
    writeSync(file, PAGE, 0, PAGE.length, (at % 1_000) * PAGE.length);
    fdatasyncSync(file);
    samples.push(performance.now() - startedAt);
    await Bun.sleep(1_000 / perSecond);
  }
  closeSync(file);
  return samples;
}
