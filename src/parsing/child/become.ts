import { ptr } from "bun:ffi";
import { cLibrary } from "./c-library.ts";
import { confine } from "./confine.ts";
import { dieWithParent } from "./die-with-parent.ts";

const POINTER_BYTES = 8;
/** As a shell says that it could not run what it was told to. */
const EXIT_NOT_RUN = 127;

/**
 * Becomes another program, in this process (execve), which dies with this one's parent and is confined as a parser is.
 * Without a C library at hand it is started as it is.
 * @param words its path, and what it is told
 * @returns what the process is to exit with, if it is still this program
 */
export function become(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): number {
  const c = cLibrary({ execve: { args: ["ptr", "ptr", "ptr"], returns: "i32" } });
  if (!c) return Bun.spawnSync([...words], { stdio: ["inherit", "inherit", "inherit"] }).exitCode;
  dieWithParent();
  confine({ mayBecomeAnother: true });
  const told = pointersTo(words);
  const known = pointersTo(Object.entries(environment).map(([name, value]) => `${name}=${value}`));
  const path = Buffer.from(`${words[0]}\0`);
  c.execve(ptr(path), ptr(told), ptr(known));
  return EXIT_NOT_RUN;
}

/** As C has a list of texts: the places of each, then none, and here the texts themselves behind them. */
function pointersTo(texts: readonly string[]): Buffer {
  const bytes = texts.map((text) => Buffer.from(`${text}\0`));
  const list = Buffer.concat([Buffer.alloc(POINTER_BYTES * (texts.length + 1)), ...bytes]);
  let place = ptr(list) + POINTER_BYTES * (texts.length + 1);
  bytes.forEach(({ length }, at) => {
    list.writeBigUInt64LE(BigInt(place), at * POINTER_BYTES);
    place += length;
  });
  return list;
}
