import { describe, expect, test } from "bun:test";
import { onBreakableSetUps, onTheBreakableNetwork } from "../support/both.ts";
import { Client, socketUrl } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { LiveSocket } from "../support/live-socket.ts";
import { scrape, scrapeAll } from "../support/metrics.ts";
import {
  BROKEN_PDF,
  expectError,
  LIGHTHOUSE,
  LIGHTHOUSE_QUESTION,
  reaches,
  talkAbout,
} from "../support/scenes.ts";
import { embedded } from "../support/set-up.ts";

/** What one process may export; each series costs its operator memory for weeks. */
const SERIES_MAX = 1_500;

describe("GET `/metrics`", () => {
  onBreakableSetUps((setUp) => {
    test("tells of a document, an answer and a failed job", async () => {
      const user = await setUp().user();
      const before = await scrapeAll(setUp());
      const { workspace, conversation } = await talkAbout(user, LIGHTHOUSE);
      await user.ask(conversation.id, LIGHTHOUSE_QUESTION);
      const [broken] = (await user.upload(workspace.id, BROKEN_PDF)).items;
      await reaches(user, workspace.id, broken?.document.id ?? "", "error");

      await eventually(async () => {
        const after = await scrapeAll(setUp());
        const grown = (name: string, labels?: Record<string, string>) =>
          after.sum(name, labels) - before.sum(name, labels);
        const jobs = "rag_job_duration_seconds_count";
        expect(grown(jobs, { kind: "parse", outcome: "success" })).toBe(1);
        expect(grown(jobs, { kind: "parse", outcome: "failed" })).toBe(1);
        expect(grown(jobs, { kind: "ingest", outcome: "success" })).toBe(1);
        expect(grown(jobs, { kind: "answer", outcome: "success" })).toBe(1);
        const failed = { kind: "parse", reason: "parse_failed" };
        expect(grown("rag_job_failures_total", failed)).toBe(1);
        const parses = "rag_parse_duration_seconds_count";
        expect(grown(parses, { format: "text", outcome: "success" })).toBe(1);
        expect(grown(parses, { format: "pdf", outcome: "failed" })).toBe(1);
        expect(grown("rag_index_duration_seconds_count", { stage: "segment" })).toBe(1);
        expect(grown("rag_index_duration_seconds_count", { stage: "store" })).toBe(1);
        const model = "test-model";
        expect(grown("rag_llm_tokens_total", { model, direction: "prompt" })).toBe(10);
        expect(grown("rag_llm_tokens_total", { model, direction: "completion" })).toBe(5);
        const calls = "rag_llm_call_duration_seconds_count";
        expect(grown(calls, { model, outcome: "success" })).toBe(1);
        const route = "/api/workspaces/:w/documents/upload";
        const uploads = { method: "POST", route, status: "200" };
        expect(grown("rag_http_requests_total", uploads)).toBe(2);
        expect(grown("rag_http_request_duration_seconds_count", { route })).toBe(2);
        expect(after.sum("rag_queue_jobs", { kind: "parse", state: "failed" })).toBeGreaterThan(0);
        return true;
      });
    });

    test("tells how the process and what it stands on are", async () => {
      for (const { url } of setUp().engines()) {
        const state = await eventually(async () => {
          const told = await scrape(url);
          return told.sum("rag_database_pool_wait_seconds_count") > 0 && told;
        });
        expect(state.sum("rag_redis_up")).toBe(1);
        expect(state.sum("rag_database_up")).toBe(1);
        expect(state.sum("rag_database_pool_size")).toBeGreaterThan(0);
        expect(state.sum("rag_database_pool_in_use")).toBeLessThanOrEqual(
          state.sum("rag_database_pool_size"),
        );
        expect(state.values("rag_queue_oldest_due_seconds", "kind")).toContain("parse");
        expect(state.sum("process_resident_memory_bytes")).toBeGreaterThan(1e6);
      }
    });

    test("names routes by their patterns, and strangers' paths and methods not at all", async () => {
      const user = await setUp().user();
      for (let at = 0; at < 50; at++) {
        await user.call("GET", `/api/nothing/${crypto.randomUUID()}`);
        await user.call("GET", `/api/workspaces/${crypto.randomUUID()}`);
      }
      await user.fetch("PROPFIND", "/");
      await user.call("POST", "/api/workspaces", {
        raw: "{",
        headers: { "content-type": "application/json" },
      });
      const told = await scrape(setUp().url);
      const routes = told.values("rag_http_requests_total", "route");
      expect(routes).toContain("none");
      expect(routes).toContain("/api/workspaces/:w");
      expect(routes.filter((route) => /[0-9a-f]{8}-/.test(route))).toEqual([]);
      expect(told.values("rag_http_requests_total", "method")).toContain("other");
      expect(told.values("rag_http_requests_total", "method")).not.toContain("PROPFIND");
      const malformed = { method: "POST", route: "/api/workspaces", status: "400" };
      expect(told.sum("rag_http_requests_total", malformed)).toBeGreaterThan(0);
      expect(told.samples.length).toBeLessThan(SERIES_MAX);
    });

    test("counts a socket as an upgrade, and one that is refused as that", async () => {
      const user = await setUp().user();
      await user.connect();
      await user.leave();
      await LiveSocket.open(socketUrl(setUp().url, "no token of ours")).closed;
      const told = await scrape(setUp().url);
      const sockets = (status: string) =>
        told.sum("rag_http_requests_total", { route: "/ws", status });
      expect(sockets("101")).toBeGreaterThan(0);
      expect(sockets("401")).toBeGreaterThan(0);
    });
  });

  onTheBreakableNetwork((setUp) => {
    test("answers while the database and Redis are away, and says so", async () => {
      const { network } = setUp();
      await Promise.all([network?.postgres.stop(), network?.redis.stop()]);
      try {
        for (const { url } of setUp().engines())
          await eventually(async () => {
            const told = await scrape(url);
            expect(told.sum("rag_database_up") + told.sum("rag_redis_up")).toBe(0);
            expect(told.values("rag_queue_jobs", "kind")).toEqual([]);
            expect(told.names).toContain("rag_queue_jobs");
            return true;
          });
      } finally {
        await Promise.all([network?.postgres.restart(), network?.redis.restart()]);
      }
      for (const { url } of setUp().engines())
        await eventually(async () => {
          const told = await scrape(url);
          expect(told.sum("rag_database_up") + told.sum("rag_redis_up")).toBe(2);
          expect(told.values("rag_queue_jobs", "kind")).toContain("answer");
          return true;
        });
    });
  });

  test("METRICS_TOKEN guards them, in the executable too", async () => {
    const setUp = await embedded({ env: { METRICS_TOKEN: "only-for-operators" }, compiled: true });
    try {
      const nobody = new Client(setUp.url, undefined);
      expectError(await nobody.call("GET", "/metrics"), 401);
      expectError(await (await setUp.user()).call("GET", "/metrics"), 401);
      for (const authorization of ["Bearer ", "Bearer only", "Basic only-for-operators"])
        expectError(await nobody.call("GET", "/metrics", { headers: { authorization } }), 401);
      expect((await scrape(setUp.url, "only-for-operators")).sum("rag_database_up")).toBe(1);
    } finally {
      await setUp.stop();
    }
  });
});
