// The least that keeps a message: `bun bare-server.ts PLAN` answers each request when one row has been
// inserted. It writes the port that it listens on.
import postgres from "postgres";

export interface BarePlan {
  readonly databaseUrl: string;
}

/** As many as an API process of the engine has. */
const CONNECTIONS = 10;

const { databaseUrl } = JSON.parse(process.argv[2] ?? "") as BarePlan;
const sql = postgres(databaseUrl, { max: CONNECTIONS, prepare: false });
await sql`create table bare (id bigint generated always as identity primary key, content jsonb)`;
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: async (request) => {
    const content = (await request.json()) as postgres.JSONValue;
    const [row] = await sql<{ id: string }[]>`
      insert into bare (content) values (${sql.json(content)}) returning id`;
    return Response.json(row, { status: 202 });
  },
});
process.stdout.write(`port ${server.port}\n`);
