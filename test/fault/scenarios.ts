import { apiKilled } from "./scenario/api-killed.ts";
import { apiKilledInChat } from "./scenario/api-killed-in-chat.ts";
import { apiRestart } from "./scenario/api-restart.ts";
import { clocks } from "./scenario/clocks.ts";
import { deletedUnderWork } from "./scenario/deleted-under-work.ts";
import { embeddedKilled } from "./scenario/embedded-killed.ts";
import { mutatedDocuments } from "./scenario/mutated-documents.ts";
import { poison } from "./scenario/poison.ts";
import { postgresTrouble } from "./scenario/postgres-trouble.ts";
import { presenceGhost } from "./scenario/presence-ghost.ts";
import { reconnecting } from "./scenario/reconnecting.ts";
import { redisTrouble } from "./scenario/redis-trouble.ts";
import { rescueRace } from "./scenario/rescue-race.ts";
import { stalledSockets } from "./scenario/stalled-sockets.ts";
import { stopped } from "./scenario/stopped.ts";
import { subscriberKilled } from "./scenario/subscriber-killed.ts";
import { workerKilled } from "./scenario/worker-killed.ts";
import { zombie } from "./scenario/zombie.ts";
import type { Scenario } from "./scenario.ts";

/** Every fault scenario, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  redisTrouble,
  subscriberKilled,
  workerKilled,
  zombie,
  rescueRace,
  poison,
  clocks,
  stopped,
  reconnecting,
  stalledSockets,
  apiRestart,
  postgresTrouble,
  deletedUnderWork,
  apiKilled,
  apiKilledInChat,
  presenceGhost,
  embeddedKilled,
  mutatedDocuments,
];
