// The sockets of a conversation: `bun witnesses.ts PLAN`. It writes `ready` when they all stand, and then, when
// each has heard every message or it is too late for that, its findings as one line of JSON.
import { eventually } from "../../support/eventually.ts";
import { clockMs } from "../queue/system.ts";
import { type CrowdPlan, openCrowd } from "../sockets/crowd.ts";
import type { Wire } from "../sockets/wire.ts";

export interface WitnessPlan extends CrowdPlan {
  /** How many will be sent: their contents are `#0`, `#1` … */
  readonly messages: number;
  /** For all of them to be sent and heard. */
  readonly timeoutMs: number;
}

export interface WitnessFindings {
  /** For each message, when the last socket heard it, by `clockMs`; 0 for one that nobody heard. */
  readonly lastHeardAt: readonly number[];
  /** Events that a socket did not hear, over all sockets. */
  readonly missing: number;
  /** Events that a socket heard more than once. */
  readonly doubled: number;
  /** How many different sequences of events the sockets heard, when each drops what it has heard before. */
  readonly sequences: number;
}

class Witnesses {
  readonly #lastHeardAt: number[];
  readonly #heard = new Map<Wire, Set<string>>();
  #count = 0;
  #doubled = 0;

  constructor(private readonly plan: WitnessPlan) {
    this.#lastHeardAt = Array.from({ length: plan.messages }, () => 0);
  }

  async run(): Promise<WitnessFindings> {
    const { plan } = this;
    const wires = await openCrowd(plan, (wire, bytes, start, end) =>
      this.#hear(wire, bytes.toString("latin1", start, end)),
    );
    process.stdout.write("ready\n");
    const due = plan.messages * plan.sockets;
    await eventually(() => this.#count >= due, { timeoutMs: plan.timeoutMs }).catch(() => {});
    const sequences = wires.map((wire) => [...(this.#heard.get(wire) ?? [])].join(" "));
    return {
      lastHeardAt: this.#lastHeardAt,
      missing: due - this.#count,
      doubled: this.#doubled,
      sequences: new Set(sequences).size,
    };
  }

  #hear(wire: Wire, frame: string): void {
    const number = /^\{"type":"message\.created".*"content":"#(\d+)"/.exec(frame)?.[1];
    const id = /"id":"([^"]+)"\}$/.exec(frame)?.[1];
    if (number === undefined || id === undefined) return;
    const heard = this.#heard.get(wire) ?? new Set();
    this.#heard.set(wire, heard);
    if (heard.has(id)) return void this.#doubled++;
    heard.add(id);
    this.#count++;
    this.#lastHeardAt[Number(number)] = clockMs();
  }
}

const witnesses = new Witnesses(JSON.parse(process.argv[2] ?? "") as WitnessPlan);
process.stdout.write(`${JSON.stringify(await witnesses.run())}\n`);
process.exit(0);
