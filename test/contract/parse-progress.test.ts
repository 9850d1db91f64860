import { describe, expect, test } from "bun:test";
import { onTheNetwork } from "../support/both.ts";
import { eventually } from "../support/eventually.ts";
import { buildPdf } from "../support/pdf.ts";

const PAGES = 400;
const EVENTS_A_SECOND = 4;
/** Of what is told a thousandth of a second may be rounded off at either end. */
const SECOND_MS = 998;

interface Told {
  readonly event: string;
  readonly type: string;
  readonly progress: number;
  readonly ts: string;
}

describe("4. Redis: `{tenant_id}.jobs`", () => {
  onTheNetwork((setUp) => {
    test("a PDF of 400 pages tells how far it is, never back, at most four times a second", async () => {
      const user = await setUp().user();
      const client = setUp().network?.redis.client();
      if (!client) throw new Error("This set-up has no network.");
      const heard: Told[] = [];
      client.on("message", (_, message) => heard.push(JSON.parse(message) as Told));
      await client.subscribe(`${user.userId}.jobs`);
      const workspace = await user.createWorkspace();
      const pages = Array.from(
        { length: PAGES },
        (_, at) => `Chapter ${at}\n\n${"The rent is due on the third day.\n".repeat(9)}`,
      );
      await user.upload(workspace.id, { name: "long.pdf", content: buildPdf(pages) });
      const ofParse = () => heard.filter(({ type }) => type === "parse");
      await eventually(() => ofParse().some(({ event }) => event === "parse_done"));
      client.disconnect();

      const told = ofParse();
      const shares = told.map(({ progress }) => progress);
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      expect([shares[0], shares.at(-1)]).toEqual([0, 100]);
      expect(told.filter(({ event }) => event === "parse_progress").length).toBeGreaterThan(0);
      const times = told.map(({ ts }) => Date.parse(ts));
      const crowded = times.filter((at, i) => at - (times[i - EVENTS_A_SECOND] ?? 0) < SECOND_MS);
      expect(crowded).toEqual([]);
    });
  });
});
