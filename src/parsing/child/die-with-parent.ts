import { cLibrary } from "./c-library.ts";

/** Of `prctl`: the signal that a process gets when its parent dies. */
export const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/**
 * Asks Linux to kill this process when its parent dies. A parser that is stuck in a loop would never see
 * its stdin close. Elsewhere, or without a C library at hand, the closing of stdin is all there is.
 */
export function dieWithParent(): void {
  const c = cLibrary({ prctl: { args: ["i32", "u64"], returns: "i32" } });
  c?.prctl(PR_SET_PDEATHSIG, SIGKILL);
}
