/** What compose.yaml and the files beside it promise, as far as it can be read there without Docker. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { SETTINGS } from "../../src/config/settings.ts";

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly container_name?: string;
  readonly hostname?: string;
  readonly deploy?: { readonly resources?: { readonly limits?: { readonly memory?: string } } };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const read = (path: string) => Bun.file(join(import.meta.dir, "../..", path)).text();
const source = await read("compose.yaml");
const compose = Bun.YAML.parse(source) as Compose;
const dockerfile = await read("Dockerfile");
const proxy = await read("deploy/haproxy.cfg");

/** The most that the engine takes for the setting. */
const ANSWER_WAIT_SECONDS_MAX = 240;
const ROLES = ["api", "parse", "ingest"];
const services = Object.entries(compose.services);
const engines = services.filter(([, { image }]) => image.includes("rag-engine"));
const oneShots = services.filter(([, { restart }]) => restart === "no");
const lasting = services.filter(([, { restart }]) => restart !== "no");

const settings: readonly string[] = SETTINGS.map(({ name }) => name);
const told = new Set(engines.flatMap(([, { environment }]) => Object.keys(environment ?? {})));

const named = (each: readonly [string, Service][]) => each.map(([name]) => name).toSorted();
function service(name: string): Service {
  const found = compose.services[name];
  if (!found) throw new Error(`compose.yaml has no service ${name}.`);
  return found;
}

/** The variables of .env in compose.yaml that the pattern finds, each once. */
function variables(pattern: RegExp): string[] {
  return [...new Set([...source.matchAll(pattern)].map((match) => match[1] ?? ""))].toSorted();
}

describe("the engine's containers", () => {
  test("are one image, run three ways, and once for the migrations", () => {
    expect(named(engines)).toEqual([...ROLES, "migrate"].toSorted());
    expect(new Set(engines.map(([, { image, build }]) => `${build}: ${image}`)).size).toBe(1);
    for (const role of ROLES) expect(service(role).environment?.["ROLE"]).toBe(role);
  });

  test("are told nothing but settings of the engine", () => {
    expect([...told].filter((name) => !settings.includes(name))).toEqual([]);
  });

  test("hold no role's secret but their own", () => {
    const holders = (name: string) =>
      named(engines.filter(([, { environment = {} }]) => name in environment));
    expect(holders("SUPABASE_JWT_SECRET")).toEqual(["api"]);
    expect(holders("OPENAI_API_KEY")).toEqual(["api", "ingest"]);
    expect(holders("RAG_EMBEDDING_API_KEY")).toEqual(["api", "ingest"]);
    expect(holders("RAG_RERANK_API_KEY")).toEqual(["api"]);
    const keyFile = "${GCP_CREDENTIALS_PATH:-/dev/null}:/run/gcp-credentials.json:ro";
    expect(named(engines.filter(([, { volumes }]) => volumes?.includes(keyFile)))).toEqual([
      "parse",
    ]);
  });

  test("may be many: no name, no port of the host, no volume that two of them would share", () => {
    for (const role of ROLES) {
      const { container_name, hostname, ports, volumes = [] } = service(role);
      expect([container_name, hostname, ports]).toEqual([undefined, undefined, undefined]);
      expect(volumes.filter((volume) => !volume.endsWith(":ro"))).toEqual([]);
    }
  });

  test("have longer to stop than the engine takes", () => {
    for (const role of ROLES) {
      const { environment, stop_grace_period } = service(role);
      const grace = /^(\d+)s$/.exec(stop_grace_period ?? "")?.[1];
      expect(Number(grace)).toBeGreaterThan(Number(environment?.["SHUTDOWN_SECONDS"]));
    }
  });

  test("say by the engine's own verb whether they are well, the API whether it is ready", () => {
    for (const role of ["parse", "ingest"])
      expect(service(role).healthcheck?.test).toEqual(["CMD", "rag-engine", "health"]);
    expect(service("api").healthcheck?.test).toEqual(["CMD", "rag-engine", "health", "--ready"]);
    expect(dockerfile).toMatch(/^HEALTHCHECK .*CMD \["rag-engine", "health"\]$/m);
  });

  test("run as the user that the image has", () => {
    const user = /^USER (\d+:\d+)$/m.exec(dockerfile)?.[1];
    for (const [, each] of engines) expect(each.user).toBe(user ?? "missing");
  });
});

describe("every container", () => {
  test("may do little: a user, a file system it cannot write to, no capability, no way to gain any", () => {
    for (const [name, { user, read_only, cap_drop, security_opt }] of services) {
      expect({ name, read_only, cap_drop, security_opt }).toEqual({
        name,
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
      });
      // One makes the bucket and gives it away; it has no network, and ends.
      expect(user ?? "").toMatch(name === "bucket" ? /^0:0$/ : /^[1-9]\d*:\d+$/);
    }
    expect(service("bucket").network_mode).toBe("none");
  });

  test("that lasts comes back by itself, has a health check and a limit of memory", () => {
    for (const [name, { restart, healthcheck, deploy }] of lasting) {
      expect({ name, restart }).toEqual({ name, restart: "unless-stopped" });
      expect(healthcheck?.test?.length ?? 0).toBeGreaterThan(1);
      expect(deploy?.resources?.limits?.memory ?? "none").toMatch(/^\d+[MG]$/);
    }
  });

  test("waits for what it needs: for the well, and for those that end to have ended well", () => {
    for (const [, { depends_on = {} }] of services)
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const ends = named(oneShots).includes(name);
        expect(service(name)).toBeDefined();
        expect(condition).toBe(ends ? "service_completed_successfully" : "service_healthy");
      }
    const awaited = services.flatMap(([, { depends_on = {} }]) => Object.keys(depends_on));
    for (const [name] of oneShots) expect(awaited).toContain(name);
  });

  test("is of a version that stays the same", () => {
    for (const [, { image, build }] of services)
      if (!build) expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+\.\d+[\w.-]*$/);
  });
});

test("only the proxy is reached from outside, and from this machine alone unless told otherwise", () => {
  expect(named(services.filter(([, { ports }]) => ports))).toEqual(["proxy"]);
  expect(service("proxy").ports).toEqual(["${PUBLISH:-127.0.0.1:8000}:8080"]);
  expect(compose.networks["inside"]).toEqual({ internal: true });
  for (const name of ["postgres", "redis", "storage", "migrate"])
    expect(service(name).networks).toEqual(["inside"]);
  expect(service("proxy").networks).toEqual(["outside"]);
});

test("no secret is written down; each that is needed is asked for, and the README says which", async () => {
  const secrets = services.flatMap(([, { environment = {} }]) =>
    Object.entries(environment).filter(([name]) => /PASSWORD|SECRET|AUTH|API_KEY/.test(name)),
  );
  expect(secrets.length).toBeGreaterThan(0);
  for (const [, value] of secrets) expect(value ?? "${OF_ENV}").toMatch(/^\$\{\w+(:\?[^}]+)?\}$/);
  const asked = variables(/\$\{(\w+):\?/g);
  expect(asked).toEqual(variables(/\$\{(\w*(?:PASSWORD|SECRET)\w*)/g));
  const readme = await read("README.md");
  for (const name of asked) expect(readme).toContain(name);
  expect(await read(".gitignore")).toMatch(/^\.env$/m);
});

describe("the proxy", () => {
  test("finds the API processes by the service's name and the image's port", () => {
    const port = /^EXPOSE (\d+)$/m.exec(dockerfile)?.[1];
    expect(proxy).toMatch(new RegExp(`server-template api \\d+ api:${port}$`, "m"));
  });

  test("never logs what follows the path, where a token may be", () => {
    const format = /log-format '(.*)'$/m.exec(proxy)?.[1] ?? "";
    expect(format).toContain("%[var(txn.path)");
    expect(proxy).toMatch(/set-var\(txn\.path\) path$/m);
    expect(format).not.toMatch(/%HU|%HQ|%HP|%r|%\{\+Q\}|capture|url|query/);
    expect(proxy).not.toMatch(/option httplog|log-format .*log-format/);
  });

  test("waits longer than a message may wait for its answer", () => {
    for (const side of ["client", "server", "tunnel"]) {
      const seconds = new RegExp(`timeout ${side} (\\d+)s$`, "m").exec(proxy)?.[1];
      expect(Number(seconds)).toBeGreaterThan(ANSWER_WAIT_SECONDS_MAX);
    }
  });
});
