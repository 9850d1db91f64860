import { eventually } from "../../support/eventually.ts";
import { type DialectName, DIALECTS } from "./dialect.ts";
import { Wire } from "./wire.ts";

/** Sockets of distinct users. */
export interface CrowdPlan {
  readonly dialect: DialectName;
  /** Of the servers; the sockets are dealt out to them in turn. */
  readonly urls: readonly string[];
  readonly sockets: number;
}

/** Gets each event as a part of the bytes that came, from `start` on. */
export type OnEvent = (wire: Wire, bytes: Buffer, start: number, end: number) => void;

const OPEN_AT_ONCE = 100;
const TIMEOUT_MS = 30_000;

/** The users are numbered, so that all programs of a benchmark know them. */
export function userIdOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

/** Opens a socket for each user from the first on; resolves when the server has greeted them all. */
export async function openCrowd(plan: CrowdPlan, onEvent: OnEvent): Promise<Wire[]> {
  const wires: Wire[] = [];
  let ready = 0;
  const hear: OnEvent = (wire, bytes, start, end) => {
    const heard = dialect.hear(wire, bytes, start);
    if (heard === "ready") ready++;
    if (heard === "event") onEvent(wire, bytes, start, end);
  };
  const dialect = DIALECTS[plan.dialect];
  const open = async (number: number) => {
    const url = plan.urls[number % plan.urls.length] ?? "";
    return await Wire.open(await dialect.address(url, userIdOf(number)), hear);
  };
  while (wires.length < plan.sockets) {
    const next = Math.min(OPEN_AT_ONCE, plan.sockets - wires.length);
    const numbers = Array.from({ length: next }, (_, at) => wires.length + at);
    wires.push(...(await Promise.all(numbers.map(open))));
    await eventually(() => ready === wires.length, { timeoutMs: TIMEOUT_MS, pollMs: 2 });
  }
  return wires;
}
