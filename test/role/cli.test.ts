import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { Client } from "../support/client.ts";
import { runVerb, startEngine } from "../support/engine.ts";
import { eventually } from "../support/eventually.ts";
import { temporaryFolder } from "../support/folder.ts";
import { JWT_SECRET } from "../support/jwt.ts";
import { freshDatabaseBy } from "../support/pgbouncer.ts";
import { freePort } from "../support/ports.ts";
import { freshDatabase } from "../support/postgres.ts";
import { expectShape } from "../support/shape.ts";

setDefaultTimeout(120_000);

const ENV_EXAMPLE = join(import.meta.dir, "../../.env.example");
const SETTINGS = [
  "ROLE",
  "PORT",
  "DATA_DIR",
  "DATABASE_URL",
  "SUPABASE_DB_URL",
  "REDIS_URL",
  "S3_ENDPOINT",
  "S3_BUCKET",
  "S3_ACCESS_KEY_ID",
  "S3_SECRET_ACCESS_KEY",
  "S3_REGION",
  "R2_",
  "SUPABASE_JWT_SECRET",
  "SUPABASE_JWKS_URL",
  "GCP_PROJECT_ID",
  "GCP_LOCATION",
  "DOCAI_OCR_PROCESSOR_ID",
  "GCP_CREDENTIALS_PATH",
  "OPENAI_API_KEY",
  "OPENAI_BASE_URL",
  "RAG_LLM_MODEL",
  "MAX_UPLOAD_MB",
  "ANSWER_WAIT_SECONDS",
];

describe("--help", () => {
  test.each([[["--help"]], [["jobs", "--help"]]])("%j lists verbs and settings", async (args) => {
    const { code, stdout } = await runVerb(args);
    expect(code).toBe(0);
    for (const word of ["serve", "migrate", "health", "token", "jobs", "ask", "--sub", ...SETTINGS])
      expect(stdout).toContain(word);
  });

  test(".env.example names the same settings", () => {
    const example = readFileSync(ENV_EXAMPLE, "utf8");
    for (const name of SETTINGS) expect(example).toContain(name);
  });
});

describe("wrong or missing settings", () => {
  test("are one message that names every fault, exit code 2", async () => {
    const faulty = {
      ROLE: "everything",
      PORT: "eighty",
      MAX_UPLOAD_MB: "-1",
      DATABASE_URL: "mysql://secret-word@localhost/db",
      REDIS_URL: "localhost:6379",
      S3_BUCKET: "documents",
      SUPABASE_JWKS_URL: "not a url",
    };
    const { code, stdout, stderr } = await runVerb(["serve"], { env: faulty });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    for (const name of Object.keys(faulty).filter((each) => each !== "S3_BUCKET"))
      expect(stderr).toContain(name);
    for (const name of ["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"]) expect(stderr).toContain(name);
    expect(stderr).not.toContain("secret-word");
    expect(stderr).not.toMatch(/^\s+at /m); // A stack trace helps nobody who mistyped a setting.
  });

  test.each(["api", "parse", "ingest"])(
    "ROLE=%s without DATABASE_URL and REDIS_URL refuses, and says which it needs",
    async (role) => {
      const { code, stderr } = await runVerb(["serve"], { env: { ROLE: role } });
      expect(code).toBe(2);
      for (const name of ["DATABASE_URL", "REDIS_URL"]) expect(stderr).toContain(name);
    },
  );

  test("a verb that does not exist: exit code 2, and where to look", async () => {
    const { code, stderr } = await runVerb(["sevre"]);
    expect(code).toBe(2);
    expect(stderr).toContain("sevre");
    expect(stderr).toContain("--help");
  });

  test.each(["serve", "migrate"])(
    "%s with an argument that nobody looks at is refused",
    async (verb) => {
      const { code, stderr } = await runVerb([verb, "--port", "80"]);
      expect(code).toBe(2);
      expect(stderr).toContain(`${verb} takes no arguments, but was given --port; `);
    },
  );

  test("a DATA_DIR that cannot be had is told with what helps", async () => {
    const file = join(temporaryFolder("taken"), "file");
    writeFileSync(file, "");
    for (const args of [["serve"], ["token", "--sub", crypto.randomUUID()]]) {
      const { code, stderr } = await runVerb(args, { env: { DATA_DIR: file } });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `rag-engine: ${file} cannot be used (file already exists); set DATA_DIR to a folder of your own.\n`,
      });
    }
  });

  test("an alias is as good as the name", async () => {
    const SUPABASE_DB_URL = await freshDatabase();
    expectShape(await runVerb(["migrate"], { env: { SUPABASE_DB_URL } }), { code: 0 });
    const sql = postgres(SUPABASE_DB_URL, { max: 1 });
    await sql`select id from workspaces`;
    await sql.end();
  });
});

describe("with nothing configured", () => {
  test("the engine prints one URL, already signed in, with a secret that nobody else can read", async () => {
    const dataDir = temporaryFolder("nothing");
    const engine = await startEngine({ env: { DATA_DIR: dataDir } });
    const url = await eventually(() => /http:\S+#token=\S+/.exec(engine.stdout())?.[0]);
    const token = url.slice(url.indexOf("#token=") + "#token=".length);
    const me = await new Client(engine.url, token).call("GET", "/api/me");
    expect(me.status).toBe(200);
    const open = readdirSync(dataDir).filter((name) => {
      const { mode } = statSync(join(dataDir, name));
      return /secret/.test(name) && (mode & 0o077) !== 0;
    });
    expect(open).toEqual([]);
    expect(readdirSync(dataDir).some((name) => /secret/.test(name))).toBe(true);
    const { stdout } = await runVerb(["token", "--sub", crypto.randomUUID()], {
      env: { DATA_DIR: dataDir },
    });
    const another = await new Client(engine.url, stdout.trim()).call("GET", "/api/me");
    expect(another.status).toBe(200);
    await engine.stop();
  });

  test("a second process on the same DATA_DIR refuses to start and names the first's pid", async () => {
    const engine = await startEngine({ env: { SUPABASE_JWT_SECRET: JWT_SECRET } });
    const env = { DATA_DIR: engine.env["DATA_DIR"] ?? "", PORT: String(await freePort()) };
    const second = await runVerb(["serve"], { env });
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain(String(engine.pid));
    expect((await fetch(`${engine.url}/ready`)).status).toBe(200);
    engine.kill("SIGTERM");
    expect(await engine.exited).toBe(0);
    const third = await engine.again();
    expect((await fetch(`${third.url}/ready`)).status).toBe(200);
    await third.stop();
  });

  test("a port that is taken is told in one sentence, and is not shared", async () => {
    const engine = await startEngine({ env: { SUPABASE_JWT_SECRET: JWT_SECRET } });
    const second = await runVerb(["serve"], {
      env: { DATA_DIR: temporaryFolder("second"), PORT: String(engine.port) },
    });
    expect(second.code).toBe(1);
    expect(second.stderr.trim().split("\n")).toHaveLength(1);
    expect(second.stderr).toContain(`Port ${engine.port}`);
    await engine.stop();
  });

  test("after a kill -9 the same DATA_DIR serves again, with all that was acknowledged", async () => {
    const engine = await startEngine({ env: { SUPABASE_JWT_SECRET: JWT_SECRET } });
    const token = await tokenFor({ SUPABASE_JWT_SECRET: JWT_SECRET });
    const workspace = await new Client(engine.url, token).createWorkspace("Kept");
    engine.kill("SIGKILL");
    await engine.exited;
    const again = await engine.again();
    const list = await new Client(again.url, token).call("GET", "/api/workspaces");
    expect(list.body).toEqual([workspace]);
    await again.stop();
  });
});

describe("token", () => {
  test("--sub --email --tenant: prints a JWT signed with the configured secret", async () => {
    const [sub, tenant] = [crypto.randomUUID(), crypto.randomUUID()];
    const env = { SUPABASE_JWT_SECRET: JWT_SECRET };
    const args = ["token", "--sub", sub, "--email", "ada@example.org", "--tenant", tenant];
    const { code, stdout } = await runVerb(args, { env });
    expect(code).toBe(0);
    const [, payload] = stdout.trim().split(".");
    const claims: unknown = JSON.parse(Buffer.from(payload ?? "", "base64url").toString());
    expectShape(claims, { sub, email: "ada@example.org", tenant_id: tenant });
  });

  test("--ttl: how long it holds", async () => {
    const env = { SUPABASE_JWT_SECRET: JWT_SECRET };
    const token = await tokenFor(env, "--ttl", "120");
    const [, payload] = token.split(".");
    const { exp, iat } = JSON.parse(Buffer.from(payload ?? "", "base64url").toString()) as {
      exp: number;
      iat: number;
    };
    expect(exp - iat).toBe(120);
  });

  test("without --sub, or with one that is no UUID: exit code 2", async () => {
    for (const args of [["token"], ["token", "--sub", "ada"], ["token", "--nonsense"]]) {
      const { code, stdout, stderr } = await runVerb(args);
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: "" });
      expect(stderr.trim()).not.toBe("");
    }
  });
});

describe("health", () => {
  test("says whether the engine of these settings lives, or is ready, whatever proxy is set", async () => {
    const engine = await startEngine({ env: { SUPABASE_JWT_SECRET: JWT_SECRET } });
    const env = { ...engine.env, HTTP_PROXY: "http://127.0.0.1:1" };
    const lives = await runVerb(["health"], { env });
    expectShape(lives, { code: 0, stdout: '{"status":"ok"}\n' });
    const ready = await runVerb(["health", "--ready"], { env });
    expectShape(ready, { code: 0 });
    expect(ready.stdout).toContain('"database":"ok"');
    await engine.stop();
    for (const args of [["health"], ["health", "--ready"]])
      expectShape(await runVerb(args, { env }), { code: 1, stdout: "" });
  });

  test("of anything else: exit code 2", async () => {
    for (const args of [
      ["health", "--raedy"],
      ["health", "--ready", "now"],
    ])
      expect((await runVerb(args)).code).toBe(2);
  });
});

describe("migrate", () => {
  test("is safe when several processes start at once, and idempotent", async () => {
    const DATABASE_URL = await freshDatabase();
    const run = () => runVerb(["migrate"], { env: { DATABASE_URL } });
    const results = await Promise.all([run(), run(), run()]);
    for (const result of results) expectShape(result, { code: 0 });
    const before = await schemaOf(DATABASE_URL);
    expect(before.length).toBeGreaterThan(30);
    expectShape(await run(), { code: 0 });
    expect(await schemaOf(DATABASE_URL)).toEqual(before);
  });

  test("is safe when several start at once behind a transaction pooler", async () => {
    const DATABASE_URL = await freshDatabaseBy("pgbouncer");
    const run = () => runVerb(["migrate"], { env: { DATABASE_URL } });
    for (const result of await Promise.all([run(), run()])) expectShape(result, { code: 0 });
  });

  test("without a database that answers: one sentence, and no stack", async () => {
    const DATABASE_URL = `postgres://nobody@127.0.0.1:${await freePort()}/none`;
    const { code, stderr } = await runVerb(["migrate"], { env: { DATABASE_URL } });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^rag-engine: The database cannot be reached: \S/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("serve", () => {
  test("on SIGTERM it stops in order, with exit code 0, and takes its word from DATA_DIR", async () => {
    const engine = await startEngine({ env: { SUPABASE_JWT_SECRET: JWT_SECRET } });
    const word = join(engine.env["DATA_DIR"] ?? "", "engine.json");
    expectShape(JSON.parse(readFileSync(word, "utf8")), {
      pid: engine.pid,
      port: engine.port,
    });
    engine.kill("SIGTERM");
    expect(await engine.exited).toBe(0);
    expect(existsSync(word)).toBe(false);
  });
});

async function tokenFor(env: Record<string, string>, ...more: string[]): Promise<string> {
  const { stdout } = await runVerb(["token", "--sub", crypto.randomUUID(), ...more], { env });
  return stdout.trim();
}

/** Every column of every table, as one comparable list. */
async function schemaOf(url: string): Promise<string[]> {
  const sql = postgres(url, { max: 1 });
  const rows = await sql<{ name: string }[]>`
    select table_name || '.' || column_name || ' ' || data_type as name
    from information_schema.columns where table_schema = 'public' order by 1`;
  await sql.end();
  return rows.map(({ name }) => name);
}
