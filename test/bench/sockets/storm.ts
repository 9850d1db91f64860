// Clients and an outside publisher: `bun storm.ts PLAN`. It writes its findings as one line of JSON.
import { eventually } from "../../support/eventually.ts";
import { processorMs } from "../process.ts";
import { clockMs } from "../queue/system.ts";
import { percentile } from "../table.ts";
import { type CrowdPlan, openCrowd, userIdOf } from "./crowd.ts";
import { DIALECTS, type Tell, toldAt } from "./dialect.ts";
import { Publisher } from "./publisher.ts";

export interface StormPlan extends CrowdPlan {
  readonly redisUrl: string;
  readonly seconds: number;
  /** Messages a second; absent: as many as are taken. */
  readonly perSecond?: number;
  /** The processes of the server, whose processor time is counted. */
  readonly pids: readonly number[];
}

export interface StormFindings {
  /** Messages that arrived, a second. */
  readonly perSecond: number;
  readonly lost: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the server for each message, in microseconds. */
  readonly serverUs: number;
}

/** Messages that may be under way when as many are told as are taken: some for each socket. */
const UNDER_WAY_MAX = 2_000;
const TICK_MS = 1;
const WARM_UP_SECONDS = 0.5;
/** Of a full storm: to read the time of every message would cost something. */
const SAMPLE_EVERY = 8;
const SETTLE_MS = 5_000;

class Storm {
  /** No id is told twice, not even by another storm over the same server. */
  readonly #firstId = Date.now() * 1_000_000;
  #told = 0;
  #heard = 0;
  #delays: number[] = [];
  #full = false;

  private constructor(
    private readonly plan: StormPlan,
    private readonly publisher: Publisher,
    private readonly tell: Tell,
  ) {}

  static async over(plan: StormPlan): Promise<Storm> {
    const publisher = await Publisher.open(plan.redisUrl);
    const storm = new Storm(plan, publisher, await DIALECTS[plan.dialect].teller(publisher));
    await openCrowd(plan, (_wire, bytes, start) => storm.#hear(bytes, start));
    return storm;
  }

  async run(): Promise<StormFindings> {
    await this.#blow(WARM_UP_SECONDS);
    await this.#settle();
    this.#delays = [];
    const before = { heard: this.#heard, at: clockMs(), cpuMs: this.#processorMs() };
    await this.#blow(this.plan.seconds);
    const perSecond = ((this.#heard - before.heard) * 1_000) / (clockMs() - before.at);
    await this.#settle();
    const cpuMs = this.#processorMs() - before.cpuMs;
    return {
      perSecond,
      lost: this.#told - this.#heard,
      p50Ms: percentile(this.#delays, 0.5),
      p99Ms: percentile(this.#delays, 0.99),
      serverUs: (cpuMs * 1_000) / (this.#heard - before.heard),
    };
  }

  #processorMs(): number {
    return this.plan.pids.reduce((sum, pid) => sum + processorMs(pid), 0);
  }

  async #blow(seconds: number): Promise<void> {
    if (this.plan.perSecond === undefined) await this.#blowFully(seconds);
    else await this.#blowSteadily(seconds, this.plan.perSecond);
  }

  async #blowFully(seconds: number): Promise<void> {
    this.#full = true;
    this.#topUp();
    await Bun.sleep(seconds * 1_000);
    this.#full = false;
  }

  /** At fixed times, however late the messages arrive. */
  async #blowSteadily(seconds: number, perSecond: number): Promise<void> {
    const [beganAt, toldBefore] = [clockMs(), this.#told];
    const count = seconds * perSecond;
    while (this.#told - toldBefore < count) {
      const due = Math.min(count, ((clockMs() - beganAt) / 1_000) * perSecond);
      while (this.#told - toldBefore < due) this.#tellNext();
      this.publisher.flush();
      await Bun.sleep(TICK_MS);
    }
  }

  #topUp(): void {
    while (this.#told - this.#heard < UNDER_WAY_MAX) this.#tellNext();
    this.publisher.flush();
  }

  #tellNext(): void {
    const number = this.#told++;
    this.tell(userIdOf(number % this.plan.sockets), clockMs(), this.#firstId + number);
  }

  #hear(bytes: Buffer, start: number): void {
    this.#heard++;
    if (!this.#full || this.#heard % SAMPLE_EVERY === 0)
      this.#delays.push(clockMs() - toldAt(bytes, start));
    if (this.#full && this.#told - this.#heard <= UNDER_WAY_MAX / 2) this.#topUp();
  }

  /** What never arrives is counted as lost. */
  async #settle(): Promise<void> {
    const all = () => this.#heard >= this.#told;
    await eventually(all, { timeoutMs: SETTLE_MS }).catch(() => undefined);
  }
}

const storm = await Storm.over(JSON.parse(process.argv[2] ?? "") as StormPlan);
process.stdout.write(`${JSON.stringify(await storm.run())}\n`);
process.exit(0);
