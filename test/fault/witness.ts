import type { Network, SetUp } from "../support/set-up.ts";
import type { Findings } from "./scenario.ts";

/** Something that was told over Redis. */
export interface Told {
  readonly channel: string;
  readonly message: string;
}

/** Everything that is told over Redis from now on, in order, as an outside subscriber hears it. */
export async function listenIn({ redis }: Network): Promise<readonly Told[]> {
  const told: Told[] = [];
  const subscriber = redis.client();
  subscriber.on("pmessage", (_pattern, channel: string, message: string) =>
    told.push({ channel, message }),
  );
  await subscriber.psubscribe("rag_realtime", "*.jobs");
  return told;
}

/** No row was written, added or removed between the two. */
export function expectUntouched(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  findings: Findings,
): void {
  for (const [row, was] of before)
    if (after.get(row) !== was) findings.doubled.push(`${row}: ${was} became ${after.get(row)}`);
  for (const [row, is] of after)
    if (!before.has(row)) findings.doubled.push(`${row} is new: ${is}`);
}

/** Nothing was told of these documents or messages. */
export function expectUntold(
  told: readonly Told[],
  subjects: readonly string[],
  findings: Findings,
): void {
  for (const { channel, message } of told)
    if (subjects.some((id) => message.includes(id)))
      findings.doubled.push(`told on ${channel}: ${message}`);
}

/** Every process is there still, and none has anything to complain of. */
export function auditProcesses(setUp: SetUp, findings: Findings): void {
  for (const engine of setUp.engines()) {
    if (engine.hasEnded()) findings.broken.push(`${setUp.name}: a process has ended`);
    for (const line of engine.stdout().split("\n"))
      if (/"level":"(ERROR|FATAL)"/.test(line)) findings.broken.push(`${setUp.name}: ${line}`);
  }
}
