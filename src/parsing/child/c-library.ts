import { dlopen, type FFIFunction, type Library } from "bun:ffi";

/** glibc and musl name themselves differently. */
const NAMES = ["libc.so.6", `libc.musl-${process.arch === "x64" ? "x86_64" : "aarch64"}.so.1`];

/** Functions of Linux's C library; undefined elsewhere, or where it is not at hand. */
export function cLibrary<Functions extends Record<string, FFIFunction>>(
  functions: Functions,
): Library<Functions>["symbols"] | undefined {
  if (process.platform !== "linux") return undefined;
  for (const name of NAMES) {
    try {
      return dlopen(name, functions).symbols;
    } catch {
      // Not this C library.
    }
  }
  return undefined;
}
