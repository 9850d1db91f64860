import { ptr } from "bun:ffi";
import { cLibrary } from "./c-library.ts";

/** Numbers of system calls on x86-64 and on AArch64; undefined where the latter has no such call. */
type Numbers = readonly [x64: number, arm64?: number];

const SECCOMP: Numbers = [317, 277];
/** Opening with flags, and which of its arguments they are. */
const OPEN: Numbers = [2];
const OPENAT: Numbers = [257, 56];
const FLAGS_OF_OPEN = 1;
const FLAGS_OF_OPENAT = 2;
/** O_WRONLY, O_RDWR, O_CREAT and O_TRUNC. */
const TO_WRITE = 0o1 | 0o2 | 0o100 | 0o1000;

/** What no reader of documents needs. */
const REFUSED: Readonly<Record<string, Numbers>> = {
  socket: [41, 198],
  connect: [42, 203],
  bind: [49, 200],
  execve: [59, 221],
  execveat: [322, 281],
  ptrace: [101, 117],
  processVmWritev: [311, 271],
  // They would do by another way what is refused here.
  openat2: [437, 437],
  ioUringSetup: [425, 425],
  creat: [85],
  truncate: [76, 45],
  rename: [82],
  renameat: [264, 38],
  renameat2: [316, 276],
  mkdir: [83],
  mkdirat: [258, 34],
  rmdir: [84],
  unlink: [87],
  unlinkat: [263, 35],
  link: [86],
  linkat: [265, 37],
  symlink: [88],
  symlinkat: [266, 36],
  mknod: [133],
  mknodat: [259, 33],
  chmod: [90],
  fchmodat: [268, 53],
  chown: [92],
  lchown: [94],
  fchownat: [260, 54],
};

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

/** The instructions of classic BPF that are used here. */
const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER = 0x35;
const JUMP_SET = 0x45;
const RETURN = 0x06;

/** One instruction; of a jump, how many to pass over if its condition holds, and if it does not. */
type Instruction = readonly [code: number, value: number, ifTrue?: number, ifFalse?: number];

/**
 * Takes from this process, for good, the means to open sockets, to start programs, and to write, move or remove
 * files (seccomp): whatever a document makes of its parser, it stays in it. What is open stays usable.
 * @returns whether it could: not on other systems, nor where the kernel or a container does not let it
 */
export function confine(): boolean {
  const { arch } = process;
  if (arch !== "x64" && arch !== "arm64") return false;
  const c = cLibrary({
    prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" },
    syscall: { args: ["i64", "u64", "u64", "ptr"], returns: "i64" },
  });
  const seccomp = numberOf(SECCOMP, arch);
  if (!c || seccomp === undefined || c.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) !== 0) return false;
  const filter = encode(filterFor(arch));
  const program = Buffer.alloc(16);
  program.writeUInt16LE(filter.length / 8, 0);
  program.writeBigUInt64LE(BigInt(ptr(filter)), 8);
  const done = c.syscall(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, ptr(program));
  return Number(done) === 0;
}

type Architecture = keyof typeof AUDIT_ARCH;

function numberOf([x64, arm64]: Numbers, architecture: Architecture): number | undefined {
  return architecture === "x64" ? x64 : arm64;
}

function filterFor(architecture: Architecture): readonly Instruction[] {
  const opening = (numbers: Numbers, flags: number): readonly Instruction[] => {
    const number = numberOf(numbers, architecture);
    if (number === undefined) return [];
    return [
      [JUMP_EQUAL, number, 0, 4],
      [LOAD, AT.argument(flags)],
      [JUMP_SET, TO_WRITE, 0, 1],
      [RETURN, REFUSE],
      [RETURN, ALLOW],
    ];
  };
  const refused = Object.values(REFUSED)
    .map((numbers) => numberOf(numbers, architecture))
    .filter((number) => number !== undefined);
  return [
    [LOAD, AT.architecture],
    // Calls of another architecture have other numbers.
    [JUMP_EQUAL, AUDIT_ARCH[architecture], 1, 0],
    [RETURN, REFUSE],
    [LOAD, AT.number],
    [JUMP_GREATER, OTHER_NUMBERS, 0, 1],
    [RETURN, REFUSE],
    ...refused.flatMap((number): Instruction[] => [
      [JUMP_EQUAL, number, 0, 1],
      [RETURN, REFUSE],
    ]),
    ...opening(OPEN, FLAGS_OF_OPEN),
    ...opening(OPENAT, FLAGS_OF_OPENAT),
    [RETURN, ALLOW],
  ];
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
