import { describe, expect, test } from "bun:test";
import { readConfig } from "../../src/config.ts";

function faultsOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
}

describe("the settings", () => {
  test("nothing configured is a whole engine on this machine alone", () => {
    const config = readConfig({});
    expect(config).toMatchObject({ role: "all", host: "127.0.0.1", port: 8000 });
    expect(config.databaseUrl).toBeUndefined();
    expect(config.llm).toBeUndefined();
  });

  test("every fault is named in one message", () => {
    const faults = faultsOf({
      ROLE: "boss",
      PORT: "eighty",
      DATABASE_URL: "mysql://x",
      MAX_UPLOAD_MB: "-1",
      S3_BUCKET: "b",
    });
    for (const name of ["ROLE", "PORT", "DATABASE_URL", "MAX_UPLOAD_MB", "S3_ACCESS_KEY_ID"])
      expect(faults.some((fault) => fault.includes(name))).toBe(true);
  });

  test("a networked role says which variables it needs", () => {
    const faults = faultsOf({ ROLE: "parse" }).join("\n");
    expect(faults).toContain("DATABASE_URL");
    expect(faults).toContain("REDIS_URL");
  });

  test("a fault never repeats a value that may hold a password", () => {
    expect(faultsOf({ REDIS_URL: "http://user:hunter2@host" }).join()).not.toContain("hunter2");
  });

  test("the older names are understood, and the newer one wins", () => {
    const r2 = {
      R2_BUCKET: "old",
      R2_ACCESS_KEY_ID: "k",
      R2_SECRET_ACCESS_KEY: "s",
      R2_ENDPOINT: "https://r2.example",
    };
    expect(readConfig(r2).s3).toMatchObject({ bucket: "old", endpoint: "https://r2.example" });
    expect(readConfig({ ...r2, S3_BUCKET: "new" }).s3?.bucket).toBe("new");
    expect(readConfig({ SUPABASE_DB_URL: "postgres://h/d" }).databaseUrl).toBe("postgres://h/d");
  });

  test("an empty value is the same as none", () => {
    expect(readConfig({ DATABASE_URL: "  ", PORT: "" }).port).toBe(8000);
  });

  test("a language model without an endpoint is a fault; an endpoint alone has a model", () => {
    expect(faultsOf({ RAG_LLM_MODEL: "llama3" })).toEqual([
      "RAG_LLM_MODEL is set, but neither OPENAI_API_KEY nor OPENAI_BASE_URL is.",
    ]);
    const baseUrl = "http://localhost:11434/v1";
    for (const endpoint of [{ OPENAI_API_KEY: "key" }, { OPENAI_BASE_URL: baseUrl }]) {
      expect(readConfig({ ...endpoint, RAG_LLM_MODEL: "llama3" }).llm?.model).toBe("llama3");
      expect(readConfig(endpoint).llm?.model).toBe("gpt-4o-mini");
    }
    expect(faultsOf({ OPENAI_BASE_URL: "localhost", RAG_LLM_MODEL: "llama3" })).toHaveLength(1);
  });

  test("each way to reach people who are away is there as soon as it is set", () => {
    expect(readConfig({}).push).toEqual({});
    const secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
    const { push } = readConfig({
      PUSH_WEBHOOK_URL: "https://push.example/notify",
      PUSH_WEBHOOK_SECRET: `${secret} ${secret}`,
      FCM_CREDENTIALS_PATH: "/etc/key.json",
      ONESIGNAL_APP_ID: "app",
      ONESIGNAL_API_KEY: "key",
      ONESIGNAL_ENDPOINT: "http://127.0.0.1:9/",
    });
    expect(push).toEqual({
      webhook: { url: "https://push.example/notify", secrets: [secret, secret] },
      fcm: { credentialsPath: "/etc/key.json", endpoint: "https://fcm.googleapis.com" },
      oneSignal: { appId: "app", apiKey: "key", endpoint: "http://127.0.0.1:9" },
    });
  });

  test("a half of it is a fault, and a webhook's secret that is none, which is not repeated", () => {
    const faults = faultsOf({
      PUSH_WEBHOOK_URL: "https://push.example/notify",
      PUSH_WEBHOOK_SECRET: "whsec_hunter2",
      FCM_PROJECT_ID: "project",
      ONESIGNAL_APP_ID: "app",
    });
    for (const name of ["PUSH_WEBHOOK_SECRET", "FCM_CREDENTIALS_PATH", "ONESIGNAL_API_KEY"])
      expect(faults.some((fault) => fault.includes(name))).toBe(true);
    expect(faults.join()).not.toContain("hunter2");
  });
});
