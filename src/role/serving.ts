import { join } from "node:path";
import { Authenticator } from "../auth/authenticator.ts";
import { Sessions } from "../auth/sessions.ts";
import { Verifier } from "../auth/verifier.ts";
import { AnswerSignals } from "../chat/await-answer.ts";
import type { Config } from "../config.ts";
import { apiApp, workerApp } from "../http/app.ts";
import { HttpServer } from "../http/server.ts";
import { watchConnections } from "../metrics/realtime.ts";
import { Feed } from "../realtime/feed.ts";
import { Hub, type Publisher } from "../realtime/hub.ts";
import { LogTail } from "../realtime/log-tail.ts";
import { Memberships } from "../realtime/memberships.ts";
import { SessionWatch } from "../realtime/session-watch.ts";
import { socketHandler } from "../realtime/socket-handler.ts";
import { Tenants } from "../realtime/tenants.ts";
import { Typing } from "../realtime/typing.ts";
import { pageHtml, pageSecurityPolicy } from "../web/page.ts";
import type { Foundation } from "./foundation.ts";
import { openLimiter } from "./limiter.ts";
import { ownFolder } from "./own-folder.ts";
import { trackPresence } from "./presence.ts";
import type { Running } from "./running.ts";

/** Health alone, for a process that only works. */
export async function serveHealth(
  config: Config,
  foundation: Foundation,
  running: Running,
): Promise<HttpServer> {
  const app = workerApp({ ...foundation, metricsToken: config.metricsToken });
  return await running.add(new HttpServer(app, config, foundation.finishGraceMs));
}

/** @param jwtSecret the configured one, or the one generated for this data directory */
export async function serveApi(
  config: Config,
  foundation: Foundation,
  running: Running,
  jwtSecret: string | undefined,
): Promise<HttpServer> {
  const { sql, bus, health } = foundation;
  const hub = new Hub(await trackPresence(foundation, running));
  watchConnections(() => hub.countByTenant());
  const feed = new Feed(hub, (...event) => memberships.hear(...event));
  const tenants = new Tenants({
    bus,
    onEvent: feed.onEvent,
    onJob: feed.onJob,
    settled: () => tail.settled(),
  });
  const memberships = new Memberships({ sql, health, hub, tenants });
  const tail = new LogTail(sql, health, tenants, (event) => feed.fromLog(event));
  feed.listen(bus);
  await running.add(memberships);
  await running.add(tail);
  const verifier = new Verifier({
    ...(jwtSecret ? { secret: jwtSecret } : {}),
    ...(config.jwksUrl ? { jwksUrl: config.jwksUrl } : {}),
  });
  const answers = new AnswerSignals(bus);
  const sessions = new Sessions(sql);
  const authenticator = new Authenticator(verifier, sessions);
  const app = apiApp(
    {
      ...foundation,
      metricsToken: config.metricsToken,
      hub,
      authenticator,
      limiter: await openLimiter(config, running),
      answers,
      answerWaitSeconds: config.answerWaitSeconds,
      maxUploadBytes: config.maxUploadBytes,
      uploadDir: await ownFolder(join(config.dataDir, "uploads"), running),
    },
    { html: pageHtml, securityPolicy: pageSecurityPolicy },
  );
  const sockets = {
    handler: socketHandler({
      sql,
      authenticator,
      hub,
      memberships,
      tenants,
      typing: new Typing(sql, bus),
    }),
    attach: (publisher: Publisher) => hub.attach(publisher),
  };
  const server = await running.add(new HttpServer(app, config, foundation.finishGraceMs, sockets));
  await running.add(new SessionWatch(sessions, hub));
  // Both stop before the server, which cannot end while sockets are open or calls wait for an answer.
  running.keep("waits for answers", () => answers.close());
  await running.add(hub);
  return server;
}
