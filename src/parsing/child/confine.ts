import { ptr } from "bun:ffi";
import { cLibrary } from "./c-library.ts";
import {
  CALLS_MISSING,
  CALLS_REFUSED,
  type CallNumbers,
  type CallRule,
  EXECVE,
  GNU_CALLS_REFUSED,
  rulesFor,
} from "./refused-calls.ts";

const SECCOMP: CallNumbers = [317, 277];

const PR_SET_NO_NEW_PRIVS = 38;
const SECCOMP_SET_MODE_FILTER = 1;
/** For all threads that there are, besides those to come. */
const SECCOMP_FILTER_FLAG_TSYNC = 1;
const AUDIT_ARCH = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
/** Of the kernel's `struct seccomp_data`. */
const AT = { number: 0, architecture: 4, argument: (index: number) => 16 + 8 * index } as const;
/** Numbers from here on are those of x32, calls of x86-64 by another name. */
const OTHER_NUMBERS = 0x40000000;
const ALLOW = 0x7fff0000;
const REFUSE = 0x00050000 | 13; // EACCES
const MISSING = 0x00050000 | 38; // ENOSYS

/** The instructions of classic BPF that are used here. */
const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER = 0x35;
const JUMP_SET = 0x45;
const RETURN = 0x06;

/** One instruction; of a jump, how many to pass over if its condition holds, and if it does not. */
type Instruction = readonly [code: number, value: number, ifTrue?: number, ifFalse?: number];

/**
 * Takes from this process, for good, the means to open sockets, to start programs, to write, move or remove files, and
 * to reach other processes (seccomp): whatever a document makes of its parser, it stays in it. What is open stays
 * usable.
 * @param mayBecomeAnother it may then become another program, which is confined as well
 * @returns whether it could: not on other systems, nor where the kernel or a container does not let it
 */
export function confine({ mayBecomeAnother = false } = {}): boolean {
  const { arch } = process;
  if (arch !== "x64" && arch !== "arm64") return false;
  const c = cLibrary({
    prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" },
    syscall: { args: ["i64", "u64", "u64", "ptr"], returns: "i64" },
  });
  const seccomp = numberOf(SECCOMP, arch);
  if (!c || seccomp === undefined || c.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) !== 0) return false;
  const filter = encode(filterFor(arch, mayBecomeAnother ? [] : [EXECVE]));
  const program = Buffer.alloc(16);
  program.writeUInt16LE(filter.length / 8, 0);
  program.writeBigUInt64LE(BigInt(ptr(filter)), 8);
  const done = c.syscall(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, ptr(program));
  return Number(done) === 0;
}

type Architecture = keyof typeof AUDIT_ARCH;

function numberOf([x64, arm64]: CallNumbers, architecture: Architecture): number | undefined {
  return architecture === "x64" ? x64 : arm64;
}

function filterFor(
  architecture: Architecture,
  more: readonly CallNumbers[],
): readonly Instruction[] {
  const onCall = (call: CallNumbers, then: readonly Instruction[]): readonly Instruction[] => {
    const number = numberOf(call, architecture);
    return number === undefined ? [] : [[JUMP_EQUAL, number, 0, then.length], ...then];
  };
  const refused = [...CALLS_REFUSED, ...more, ...(isGnu() ? GNU_CALLS_REFUSED : [])];
  return [
    [LOAD, AT.architecture],
    // Calls of another architecture have other numbers.
    [JUMP_EQUAL, AUDIT_ARCH[architecture], 1, 0],
    [RETURN, REFUSE],
    [LOAD, AT.number],
    [JUMP_GREATER, OTHER_NUMBERS, 0, 1],
    [RETURN, REFUSE],
    ...refused.flatMap((call) => onCall(call, [[RETURN, REFUSE]])),
    ...CALLS_MISSING.flatMap((call) => onCall(call, [[RETURN, MISSING]])),
    ...rulesFor(process.pid).flatMap((rule) => onCall(rule.call, instructionsOf(rule))),
    [RETURN, ALLOW],
  ];
}

/** After them the call's number is loaded again, for the rules that follow. */
function instructionsOf({ argument, refuse }: CallRule): readonly Instruction[] {
  return [
    [LOAD, AT.argument(argument)],
    ...conditionOf(refuse),
    [RETURN, REFUSE],
    [LOAD, AT.number],
  ];
}

/** Goes on with the next instruction if it is to be refused, and passes that over if not. */
function conditionOf(refuse: CallRule["refuse"]): readonly Instruction[] {
  if ("value" in refuse) return [[JUMP_EQUAL, refuse.value, 0, 1]];
  if ("anyOf" in refuse) return [[JUMP_SET, refuse.anyOf, 0, 1]];
  if ("noneOf" in refuse) return [[JUMP_SET, refuse.noneOf, 1, 0]];
  const { others } = refuse;
  return others.map((value, at): Instruction => [JUMP_EQUAL, value, others.length - at, 0]);
}

/** Whether it is glibc that runs here. */
function isGnu(): boolean {
  return cLibrary({ gnu_get_libc_version: { args: [], returns: "cstring" } }) !== undefined;
}

/** As the kernel's `struct sock_filter`, eight bytes each. */
function encode(instructions: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(instructions.length * 8);
  instructions.forEach(([code, value, ifTrue = 0, ifFalse = 0], index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  });
  return bytes;
}
