import { dlopen } from "bun:ffi";

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/** glibc and musl name themselves differently. */
const C_LIBRARIES = [
  "libc.so.6",
  `libc.musl-${process.arch === "x64" ? "x86_64" : "aarch64"}.so.1`,
];

/**
 * Asks Linux to kill this process when its parent dies. A parser that is stuck in a loop would never see
 * its stdin close. Elsewhere, or without a C library at hand, the closing of stdin is all there is.
 */
export function dieWithParent(): void {
  if (process.platform !== "linux") return;
  for (const library of C_LIBRARIES) {
    try {
      const { symbols } = dlopen(library, { prctl: { args: ["i32", "u64"], returns: "i32" } });
      symbols.prctl(PR_SET_PDEATHSIG, SIGKILL);
      return;
    } catch {
      // Not this C library.
    }
  }
}
