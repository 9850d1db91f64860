import { expect, test } from "bun:test";
import { createServer, connect as dial, type Socket } from "node:net";
import { connect, disconnect } from "../../src/postgres/connect.ts";
import { freePort } from "../support/ports.ts";
import { freshDatabase } from "../support/postgres.ts";

/** Passes everything on, and tells how often the client spoke after the server had. */
async function listenBetween(
  databaseUrl: string,
): Promise<{ url: string; turns(): number; stop(): void }> {
  const url = new URL(databaseUrl);
  const target = { host: url.hostname, port: Number(url.port) };
  const sockets: Socket[] = [];
  let turns = 0;
  let lastSpoke = "server";
  const server = createServer((client) => {
    const upstream = dial(target);
    sockets.push(client, upstream);
    client.on("data", (bytes) => {
      if (lastSpoke === "server") turns++;
      lastSpoke = "client";
      upstream.write(bytes);
    });
    upstream.on("data", (bytes) => {
      lastSpoke = "server";
      client.write(bytes);
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  url.port = String(port);
  return {
    url: url.href,
    turns: () => turns,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test("a statement with parameters takes one round trip, though nothing is prepared", async () => {
  const between = await listenBetween(await freshDatabase());
  const sql = connect({ url: between.url }, 1);
  await sql`select 1`;
  const before = between.turns();
  const id = crypto.randomUUID();
  const [row] = await sql`
    select ${id}::uuid as id, ${7}::int as n, ${true}::boolean as yes, ${null}::text as nothing,
      ${new Date(0)}::timestamptz as at, ${sql.json({ a: ["'", '"'] })}::jsonb as json`;
  const spent = between.turns() - before;
  await disconnect(sql, 1);
  between.stop();
  expect(row).toEqual({
    id,
    n: 7,
    yes: true,
    nothing: null,
    at: new Date(0),
    json: { a: ["'", '"'] },
  });
  expect(spent).toBe(1);
});
