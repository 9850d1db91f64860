import { expect, test } from "bun:test";
import {
  countClose,
  countDelivery,
  watchConnections,
  watchPresence,
} from "../../src/metrics/realtime.ts";
import { exposition } from "../../src/metrics/registry.ts";
import { parseScrape } from "../support/metrics.ts";

const scraped = async () => parseScrape((await exposition()).text);

test("connections are told of the twenty largest tenants, and of the others together", async () => {
  const byTenant = new Map(Array.from({ length: 100 }, (_, at) => [`tenant-${at}`, at + 1]));
  watchConnections(() => byTenant);
  const told = await scraped();
  const tenants = told.values("rag_tenant_connections", "tenant");
  expect(tenants).toHaveLength(21);
  expect(told.sum("rag_tenant_connections", { tenant: "tenant-99" })).toBe(100);
  expect(told.sum("rag_tenant_connections", { tenant: "other" })).toBe((80 * 81) / 2);
  expect(told.sum("rag_tenant_connections")).toBe(told.sum("rag_connections"));
});

test("a close code that a client made up is no series of its own", async () => {
  for (let code = 3_000; code < 3_100; code++) countClose(code);
  countClose(4_408);
  const told = await scraped();
  expect(told.sum("rag_connection_closes_total", { code: "other" })).toBe(100);
  expect(told.values("rag_connection_closes_total", "code").toSorted()).toEqual(["4408", "other"]);
});

test("a delivery is counted by how it came, and its latency is never negative", async () => {
  countDelivery("copy", Date.now() - 40);
  countDelivery("copy", Date.now() + 60_000);
  countDelivery("log");
  countDelivery("dropped", Date.now());
  const told = await scraped();
  const counts = ["copy", "log", "dropped"].map((outcome) =>
    told.sum("rag_deliveries_total", { outcome }),
  );
  expect(counts).toEqual([2, 1, 1]);
  const at = (name: string, labels = {}) =>
    told.sum(`rag_delivery_latency_seconds_${name}`, labels);
  expect(at("count")).toBe(2);
  expect(at("bucket", { le: "0.001" })).toBe(1);
  expect(at("sum")).toBeGreaterThanOrEqual(0.04);
});

test("presence is told once somebody keeps it", async () => {
  expect((await scraped()).values("rag_presence_up", "x")).toEqual([]);
  let known = true;
  watchPresence(() => known);
  expect((await scraped()).sum("rag_presence_up")).toBe(1);
  known = false;
  const { samples } = await scraped();
  expect(samples.filter(({ name }) => name === "rag_presence_up")).toHaveLength(1);
});
