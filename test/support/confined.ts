/** Confines itself as a parser does, tries what it then may not, and prints the names of what could be done all the same. */
import { ptr } from "bun:ffi";
import { connect } from "node:net";
import {
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { cLibrary } from "../../src/parsing/child/c-library.ts";
import { confine } from "../../src/parsing/child/confine.ts";

const [folder = "", port = ""] = process.argv.slice(2);
const there = join(folder, "there");

const library = cLibrary({
  fork: { args: [], returns: "i32" },
  _exit: { args: ["i64"], returns: "i32" },
  kill: { args: ["i64", "i64"], returns: "i32" },
  tgkill: { args: ["i64", "i64", "i64"], returns: "i32" },
  prctl: { args: ["i64", "i64", "i64", "i64", "i64"], returns: "i32" },
  prlimit: { args: ["i64", "i64", "ptr", "ptr"], returns: "i32" },
  process_vm_readv: { args: ["i64", "ptr", "i64", "ptr", "i64", "i64"], returns: "i64" },
  pidfd_open: { args: ["i64", "i64"], returns: "i32" },
  socket: { args: ["i64", "i64", "i64"], returns: "i32" },
  fchmod: { args: ["i64", "i64"], returns: "i32" },
  shmget: { args: ["i64", "i64", "i64"], returns: "i32" },
  memfd_create: { args: ["ptr", "i64"], returns: "i32" },
  fexecve: { args: ["i64", "ptr", "ptr"], returns: "i32" },
});
if (!library) process.exit(2);
const c = library;

const [AF_UNIX, AF_NETLINK, SOCK_STREAM, SOCK_RAW] = [1, 16, 1, 3];
const [RLIMIT_NOFILE, PR_SET_PDEATHSIG] = [7, 1];

/** @throws Error if the system refused */
function done(result: number | bigint): void {
  if (Number(result) < 0) throw new Error("refused");
}

/** The first bytes that can be read there; the secrets of the engine are in reach from there. */
function readParent(): void {
  const maps = readFileSync(`/proc/${process.ppid}/maps`, "latin1");
  const start = /^([\da-f]+)-\S+ r/m.exec(maps)?.[1];
  const copy = Buffer.alloc(8);
  const [from, to] = [pieceAt(BigInt(`0x${start}`)), pieceAt(BigInt(ptr(copy)))];
  done(c.process_vm_readv(process.ppid, ptr(to), 1, ptr(from), 1, 0));
}

/** Eight bytes, as a `struct iovec`. */
function pieceAt(address: bigint): Buffer {
  const piece = Buffer.alloc(16);
  piece.writeBigUInt64LE(address, 0);
  piece.writeBigUInt64LE(8n, 8);
  return piece;
}

/** A program that lies in memory alone. */
function runFromMemory(): void {
  const fd = c.memfd_create(ptr(Buffer.from("program\0")), 0);
  writeFileSync(fd, readFileSync("/bin/true"));
  const list = Buffer.alloc(16);
  list.writeBigUInt64LE(BigInt(ptr(Buffer.from("true\0"))), 0);
  done(c.fexecve(fd, ptr(list), ptr(Buffer.alloc(8))));
}

function forkOff(): void {
  const pid = c.fork();
  if (pid === 0) c._exit(0);
  done(pid);
}

const TRIES: Readonly<Record<string, () => unknown>> = {
  write: () => writeFileSync(join(folder, "new"), "a"),
  overwrite: () => writeFileSync(there, "a"),
  append: () => writeFileSync(there, "a", { flag: "a" }),
  bunWrite: () => Bun.write(join(folder, "new"), "a"),
  remove: () => rmSync(there),
  rename: () => renameSync(there, join(folder, "new")),
  folder: () => mkdirSync(join(folder, "new")),
  link: () => symlinkSync("/etc/passwd", join(folder, "new")),
  mode: () => done(c.fchmod(openSync(there, "r"), 0o666)),
  times: () => utimesSync(there, 1, 1),
  openAgainToWrite: () => writeFileSync(`/proc/self/fd/${openSync(there, "r")}`, "a"),
  fetch: () => fetch(`http://127.0.0.1:${port}/`),
  connect: () =>
    new Promise((resolve, reject) => {
      connect(Number(port), "127.0.0.1").once("connect", resolve).once("error", reject);
    }),
  datagram: () => Bun.udpSocket({}),
  unixSocket: () => done(c.socket(AF_UNIX, SOCK_STREAM, 0)),
  netlinkSocket: () => done(c.socket(AF_NETLINK, SOCK_RAW, 0)),
  sharedMemory: () => done(c.shmget(0, 4096, 0o1600)),
  program: () => Bun.spawnSync(["/bin/sh", "-c", "true"]),
  programInMemory: runFromMemory,
  process: forkOff,
  signal: () => done(c.kill(process.ppid, 0)),
  signalToGroup: () => done(c.kill(0, 0)),
  signalToThread: () => done(c.tgkill(process.ppid, process.ppid, 0)),
  handleOfParent: () => done(c.pidfd_open(process.ppid, 0)),
  limitsOfParent: () => done(c.prlimit(process.ppid, RLIMIT_NOFILE, null, ptr(Buffer.alloc(16)))),
  memoryOfParent: readParent,
  outliveParent: () => done(c.prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0)),
};

if (!confine()) process.exit(2);
const could: string[] = [];
for (const [name, attempt] of Object.entries(TRIES)) {
  try {
    await attempt();
    could.push(name);
  } catch {
    // As it should be.
  }
}
const mode = (statSync(there).mode & 0o777).toString(8);
process.stdout.write(JSON.stringify({ could, read: readFileSync(there, "utf8"), mode }));
process.exit(0);
