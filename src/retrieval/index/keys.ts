/** Letters of a salted term: 26^8 of them, so that two terms of a database hardly ever share one. */
const SALTED_LENGTH = 8;

/** A 64-bit hash of a term within its workspace, as a signed integer; stable for ever (xxHash64). */
export function termKey(workspaceId: string, term: string): bigint {
  return BigInt.asIntN(64, Bun.hash.xxHash64(term, Bun.hash.xxHash64(workspaceId)));
}

/** The same as a word of lower-case letters, which no database's word splitter changes. */
export function saltedTerm(workspaceId: string, term: string): string {
  let rest = Number(BigInt.asUintN(52, termKey(workspaceId, term)));
  let letters = "";
  for (let place = 0; place < SALTED_LENGTH; place++) {
    letters += String.fromCharCode(0x61 + (rest % 26));
    rest = Math.floor(rest / 26);
  }
  return letters;
}

/** Names the one of sixteen partitions that a workspace is in: the last digit of its id, hexadecimal. */
export function workspaceDigit(workspaceId: string): string {
  return workspaceId.slice(-1).toLowerCase();
}
