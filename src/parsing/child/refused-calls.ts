import { PR_SET_PDEATHSIG } from "./die-with-parent.ts";

/** Numbers of system calls on x86-64 and on AArch64; undefined where the latter has no such call. */
export type CallNumbers = readonly [x64: number, arm64?: number];

/** What no reader of documents needs. */
const REFUSED: Readonly<Record<string, CallNumbers>> = {
  socket: [41, 198],
  connect: [42, 203],
  bind: [49, 200],
  execveat: [322, 281],
  fork: [57],
  vfork: [58],
  // To write, move and remove files, and to say who may read them.
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
  fchmod: [91, 52],
  fchmodat: [268, 53],
  fchmodat2: [452, 452],
  chown: [92],
  fchown: [93, 55],
  lchown: [94],
  fchownat: [260, 54],
  setxattr: [188, 5],
  lsetxattr: [189, 6],
  fsetxattr: [190, 7],
  removexattr: [197, 14],
  lremovexattr: [198, 15],
  fremovexattr: [199, 16],
  setxattrat: [463, 463],
  removexattrat: [466, 466],
  fileSetattr: [469, 469],
  utime: [132],
  utimes: [235],
  futimesat: [261],
  utimensat: [280, 88],
  // To look into other processes, this one's parent before all, to speak to them, and to end them.
  ptrace: [101, 117],
  processVmReadv: [310, 270],
  processVmWritev: [311, 271],
  processMadvise: [440, 440],
  pidfdOpen: [434, 434],
  pidfdGetfd: [438, 438],
  pidfdSendSignal: [424, 424],
  rtSigqueueinfo: [129, 138],
  rtTgsigqueueinfo: [297, 240],
  shmget: [29, 194],
  shmat: [30, 196],
  shmctl: [31, 195],
  msgget: [68, 186],
  msgsnd: [69, 189],
  msgrcv: [70, 188],
  msgctl: [71, 187],
  semget: [64, 190],
  semop: [65, 193],
  semtimedop: [220, 192],
  semctl: [66, 191],
  mqOpen: [240, 180],
  mqUnlink: [241, 181],
  // They would do by another way what is refused here.
  openat2: [437, 437],
  openByHandleAt: [304, 265],
  ioUringSetup: [425, 425],
  // What of the kernel has been broken oftener than the rest, and what only its administrators need.
  unshare: [272, 97],
  setns: [308, 268],
  mount: [165, 40],
  umount2: [166, 39],
  pivotRoot: [155, 41],
  chroot: [161, 51],
  openTree: [428, 428],
  openTreeAttr: [467, 467],
  moveMount: [429, 429],
  fsopen: [430, 430],
  fspick: [433, 433],
  mountSetattr: [442, 442],
  bpf: [321, 280],
  perfEventOpen: [298, 241],
  userfaultfd: [323, 282],
  addKey: [248, 217],
  requestKey: [249, 218],
  keyctl: [250, 219],
  initModule: [175, 105],
  finitModule: [313, 273],
  kexecLoad: [246, 104],
  reboot: [169, 142],
};

/** `execve`, by which a process becomes another program. */
export const EXECVE: CallNumbers = [59, 221];

export const CALLS_REFUSED: readonly CallNumbers[] = Object.values(REFUSED);

/** A call that only some of its arguments make harmful. */
export interface CallRule {
  readonly call: CallNumbers;
  /** Which of its arguments tells, of which the lower 32 bits count. */
  readonly argument: number;
  /** It is refused if the argument is this, is none of these, has one of these bits, or has none of them. */
  readonly refuse:
    | { readonly value: number }
    | { readonly others: readonly number[] }
    | { readonly anyOf: number }
    | { readonly noneOf: number };
}

/** O_WRONLY, O_RDWR, O_CREAT and O_TRUNC. */
const TO_WRITE = 0o1 | 0o2 | 0o100 | 0o1000;
/** A thread, not a process: one would live on without this one, and unwatched. */
const CLONE_THREAD = 0x10000;
/** Of files, processes, users, the network and so on. */
const CLONE_NEW_NAMESPACES = 0x7e020000;
/** What is typed at a terminal can be made up by whoever has it open. */
const [TIOCSTI, TIOCLINUX] = [0x5412, 0x541c];

/** @param ownPid of the process that is to be confined, which may still signal and limit itself */
export function rulesFor(ownPid: number): readonly CallRule[] {
  return [
    { call: [2], argument: 1, refuse: { anyOf: TO_WRITE } }, // open
    { call: [257, 56], argument: 2, refuse: { anyOf: TO_WRITE } }, // openat
    { call: [56, 220], argument: 0, refuse: { noneOf: CLONE_THREAD } }, // clone
    { call: [56, 220], argument: 0, refuse: { anyOf: CLONE_NEW_NAMESPACES } },
    { call: [62, 129], argument: 0, refuse: { others: [ownPid] } }, // kill
    { call: [234, 131], argument: 0, refuse: { others: [ownPid] } }, // tgkill
    { call: [302, 261], argument: 0, refuse: { others: [0, ownPid] } }, // prlimit64
    { call: [157, 167], argument: 0, refuse: { value: PR_SET_PDEATHSIG } }, // prctl
    { call: [16, 29], argument: 1, refuse: { value: TIOCSTI } }, // ioctl
    { call: [16, 29], argument: 1, refuse: { value: TIOCLINUX } },
  ];
}

/** `clone3`: its flags lie in memory, where a filter cannot see them; where it is missing, `clone` is called instead. */
export const CALLS_MISSING: readonly CallNumbers[] = [[435, 435]];

/** `tkill`, to a thread of any process: musl has nothing else for its own threads, glibc does not need it. */
export const GNU_CALLS_REFUSED: readonly CallNumbers[] = [[200, 130]];
