import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { onBreakableSetUps } from "../support/both.ts";
import { scrapeAll } from "../support/metrics.ts";
import { promtool } from "../support/promtool.ts";

const DEPLOY = join(import.meta.dir, "../../deploy");
const fileOf = (name: string) => Bun.file(join(DEPLOY, name)).text();

/** The expressions of the alerts, and of every panel of the dashboard. */
async function expressions(): Promise<string[]> {
  const { groups } = Bun.YAML.parse(await fileOf("alerts.yml")) as Alerts;
  const { panels } = JSON.parse(await fileOf("grafana-dashboard.json")) as Dashboard;
  return [
    ...groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    ...panels.flatMap(({ targets }) => (targets ?? []).map(({ expr }) => expr)),
  ];
}

interface Alerts {
  readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[];
}

interface Dashboard {
  readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
}

const WORDS = new Set(["and", "or", "unless", "offset", "bool", "inf", "nan"]);

/** The metrics that a PromQL expression reads. */
function metricsOf(expression: string): string[] {
  const bare = expression
    .replace(/"[^"]*"/g, '""')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, " ")
    .replace(/\boffset \w+/g, " ")
    .replace(/\b(by|without|on|ignoring|group_left|group_right) *\([^)]*\)/g, " ");
  const names = [...bare.matchAll(/(?<![\w$.])([a-zA-Z_:][\w:]*)\b(?! *\()/g)];
  return names.map((match) => match[1] ?? "").filter((name) => !WORDS.has(name));
}

/** A histogram is exported under one name and read under three. */
function familyOf(metric: string): string[] {
  return [metric, metric.replace(/_(bucket|sum|count)$/, "")];
}

describe("deploy/alerts.yml and deploy/grafana-dashboard.json", () => {
  test("promtool finds no fault in the alerts", async () => {
    expect(await promtool("check", "rules", "alerts.yml")).toBeUndefined();
  });

  test("each alert fires when it should, and only then", async () => {
    expect(await promtool("test", "rules", "alerts.test.yml")).toBeUndefined();
    const tested = await fileOf("alerts.test.yml");
    const alerts = [...(await fileOf("alerts.yml")).matchAll(/- alert: (\w+)/g)];
    for (const [, alert = ""] of alerts) expect(tested).toContain(`alertname: ${alert}\n`);
  });

  onBreakableSetUps((setUp) => {
    test("they read nothing but what the engine exports", async () => {
      const { names } = await scrapeAll(setUp());
      const read = [...new Set((await expressions()).flatMap(metricsOf))];
      expect(read.length).toBeGreaterThan(20);
      const unknown = read.filter((metric) => !familyOf(metric).some((name) => names.has(name)));
      expect(unknown).toEqual([]);
    });

    test("the dashboard shows every metric of the engine's own", async () => {
      const { names } = await scrapeAll(setUp());
      const read = (await expressions()).flatMap(metricsOf).flatMap(familyOf);
      const unseen = [...names].filter((name) => name.startsWith("rag_") && !read.includes(name));
      expect(unseen).toEqual([]);
    });
  });

  test("a metric is found in an expression wherever it stands", () => {
    const expression =
      'max by (kind) (rag_a{state="rag_x"} offset 30m) / sum(rate(rag_b_bucket[5m])) > 2 and on (le) rag_c == 1 or rag_d * 0';
    expect(metricsOf(expression)).toEqual(["rag_a", "rag_b_bucket", "rag_c", "rag_d"]);
  });
});
