import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import postgres from "postgres";
import { Client, socketUrl } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { JWT_SECRET, signHs256 } from "../support/jwt.ts";
import { LiveSocket } from "../support/live-socket.ts";
import { libraryOf, reaches } from "../support/scenes.ts";
import { embedded, networked, type SetUp } from "../support/set-up.ts";

setDefaultTimeout(120_000);

const KEY = "sk-a-key-that-nobody-may-read";
const METRICS_TOKEN = "metrics-token-that-nobody-may-read";
const WEBHOOK_SECRET = `whsec_${Buffer.from("a webhook's secret, 32 bytes long").toString("base64")}`;
const WEBHOOK_PATH = "a-path-that-only-the-receiver-knows";
const ONESIGNAL_KEY = "onesignal-key-that-nobody-may-read";
const DEVICE = crypto.randomUUID();
/** Words that stand in documents and questions, and nowhere else. */
const SAID = ["Quetzalcoatlus", "Rumpelstiltskin", "Zubenelgenubi", "Popocatepetl"] as const;
const [IN_DOCUMENT, IN_QUESTION, IN_BODY, IN_ANSWER] = SAID;

/** Servers that quote whatever they were sent, key and all, as some do in their errors. */
function startTalkers() {
  const statuses = [200, 500, 401];
  let asked = 0;
  let pushed = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const headers = JSON.stringify(Object.fromEntries(request.headers));
      const quoted = `${request.url} ${headers} ${await request.text()}`;
      const refused = (status: number) =>
        Response.json({ error: { message: quoted }, errors: [quoted] }, { status });
      if (!request.url.endsWith("/chat/completions")) return refused(pushed++ % 2 ? 400 : 500);
      const status = statuses[asked++ % statuses.length] ?? 200;
      if (status !== 200) return refused(status);
      const message = { role: "assistant", content: `It is the ${IN_ANSWER}. [1]` };
      return Response.json({ choices: [{ index: 0, message }], usage: { prompt_tokens: 3 } });
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  const env = {
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_API_KEY: KEY,
    PUSH_WEBHOOK_URL: `${url}/${WEBHOOK_PATH}`,
    PUSH_WEBHOOK_SECRET: WEBHOOK_SECRET,
    ONESIGNAL_APP_ID: crypto.randomUUID(),
    ONESIGNAL_API_KEY: ONESIGNAL_KEY,
    ONESIGNAL_ENDPOINT: url,
  };
  return { env, pushes: () => pushed, stop: () => server.stop(true) };
}

describe.each([
  ["embedded", embedded],
  ["networked", networked],
] as const)("the log at LOG_LEVEL=debug: %s", (name, start) => {
  let setUp: SetUp;
  let talkers: ReturnType<typeof startTalkers>;
  beforeAll(async () => {
    talkers = startTalkers();
    const env = { LOG_LEVEL: "debug", METRICS_TOKEN, ANSWER_WAIT_SECONDS: "1", ...talkers.env };
    setUp = await start({ env });
  });
  afterAll(async () => {
    await Promise.all([setUp.stop(), talkers.stop()]);
  });

  test("has no token, no key and nothing of what people wrote in it", async () => {
    const user = await setUp.user({ email: "somebody@example.org" });
    const tokens = [user.token ?? "", ...(await misuse(setUp, user))];
    await workWith(user);
    await pushTo(await setUp.user({ tenant_id: user.userId }), user);
    await eventually(() => talkers.pushes() > 1);
    if (setUp.network) await breakTheDatabase(setUp.network.databaseUrl, user);
    await Promise.all(setUp.engines().map((engine) => engine.stop()));
    await Promise.all(setUp.engines().map((engine) => engine.drained));
    const logs = setUp.engines().map((engine) => engine.logs());

    const all = logs.join("\n");
    expect(all).toContain('"level":"INFO"');
    expect(all).toContain('"level":"DEBUG"');
    if (name === "networked") expect(all).toContain('"level":"ERROR"');
    const pushed = [WEBHOOK_SECRET, WEBHOOK_PATH, ONESIGNAL_KEY, DEVICE];
    const secrets = [...tokens, JWT_SECRET, KEY, METRICS_TOKEN, ...pushed, ...s3Secrets(setUp)];
    for (const secret of secrets) {
      // A signature by itself is half of a token.
      for (const part of [secret, ...secret.split(".").slice(2)])
        expect([part, all.includes(part)]).toEqual([part, false]);
    }
    for (const word of [...SAID, "somebody@example.org"])
      expect([word, all.toLowerCase().includes(word.toLowerCase())]).toEqual([word, false]);
  });
});

/** Calls with tokens that are wrong or in the wrong place. @returns the tokens */
async function misuse({ url }: SetUp, user: Client): Promise<string[]> {
  const expired = await signHs256({ sub: user.userId, exp: 1_000 });
  const foreign = await signHs256({ sub: user.userId }, `another secret: ${"x".repeat(40)}`);
  const garbage = "garbage-that-is-no-token-at-all";
  const token = user.token ?? "";
  for (const bad of [expired, foreign, garbage]) {
    await LiveSocket.open(socketUrl(url, bad)).closed;
    await new Client(url, bad).call("GET", "/api/me");
    await new Client(url, bad).call("GET", "/metrics");
  }
  await new Client(url, METRICS_TOKEN).call("GET", "/metrics");
  const socket = await user.connect();
  socket.send({ type: "auth", token: expired });
  await socket.waitFor("auth.refused");
  await user.leave();
  await fetch(`${url}/api/me?token=${token}`);
  await fetch(`${url}/${token}`);
  await fetch(`${url}/api/workspaces/${token}`, { headers: { "x-request-id": `${token}!` } });
  return [expired, foreign, garbage];
}

/** Documents that are read and one that is not, questions that are answered and some that are not. */
async function workWith(user: Client): Promise<void> {
  const content = `The ${IN_DOCUMENT} was a reptile that flew. It is in this document alone.`;
  const { workspace } = await libraryOf(user, { name: "note.txt", content });
  const broken = { name: "broken.pdf", content: `%PDF-1.7\n(${IN_DOCUMENT}) Tj\n%%EOF` };
  const [failed] = (await user.upload(workspace.id, broken)).items;
  await user.tryUpload(workspace.id, { name: "x.exe", content: `MZ\0${IN_DOCUMENT}` });
  await user.tryUpload(workspace.id, { name: "x.csv", content: `a,"${IN_DOCUMENT}\n` });
  const conversation = await user.createConversation(workspace.id, IN_QUESTION);
  const path = `/api/conversations/${conversation.id}/messages`;
  for (let at = 0; at < 3; at++)
    await user.call("POST", path, { json: { content: `${IN_QUESTION}: what is ${IN_DOCUMENT}?` } });
  const headers = { "content-type": "application/json" };
  for (const raw of [`{"content":"${IN_BODY}`, `{"content":["${IN_BODY}"]}`, `"${IN_BODY}\\u0000"`])
    await user.call("POST", path, { raw, headers });
  await user.call("POST", path, { json: { content: `${IN_BODY}\0` } });
  await reaches(user, workspace.id, failed?.document.id ?? "", "error");
  const settled = async () =>
    (await user.messages(conversation.id)).every(({ status }) => /done|error/.test(status));
  await eventually(settled);
}

/** A message to somebody who is away, by providers that refuse it. */
async function pushTo(away: Client, author: Client): Promise<void> {
  await away.expect(200, "POST", "/api/me/devices", {
    json: { provider: "onesignal", token: DEVICE },
  });
  const workspace = await author.createWorkspace();
  const conversation = await author.createConversation(workspace.id);
  const json = { user_id: away.userId };
  await author.call("POST", `/api/workspaces/${workspace.id}/members`, {
    json: { ...json, role: "viewer" },
  });
  await author.call("POST", `/api/conversations/${conversation.id}/participants`, { json });
  await author.call("POST", `/api/conversations/${conversation.id}/messages`, {
    json: { content: `${IN_QUESTION}!`, ask: false },
  });
}

/** A database that refuses a row quotes it. */
async function breakTheDatabase(databaseUrl: string, user: Client): Promise<void> {
  const workspace = await user.createWorkspace();
  const conversation = await user.createConversation(workspace.id);
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  await sql`alter table messages add constraint refusal check (content not like '%refused%') not valid`;
  await sql`alter table document_texts add constraint refusal check (content not like '%refused%')`;
  const said = { content: `${IN_QUESTION} is to be refused.` };
  const path = `/api/conversations/${conversation.id}/messages`;
  expect((await user.call("POST", path, { json: said })).status).toBe(500);
  const content = `${IN_DOCUMENT} is to be refused.`;
  const [refused] = (await user.upload(workspace.id, { name: "refused.txt", content })).items;
  await eventually(async () => {
    const { parse_job } = await user.document(workspace.id, refused?.document.id ?? "");
    return (parse_job?.retry_count ?? 0) > 0;
  });
  await sql.end();
}

function s3Secrets({ network }: SetUp): string[] {
  return network ? [network.s3.env["S3_SECRET_ACCESS_KEY"] ?? ""] : [];
}
