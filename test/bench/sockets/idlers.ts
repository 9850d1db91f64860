// Clients that only listen: `bun idlers.ts PLAN`. It writes `ready` when they all stand, and keeps them.
import { type CrowdPlan, openCrowd } from "./crowd.ts";

await openCrowd(JSON.parse(process.argv[2] ?? "") as CrowdPlan, () => undefined);
process.stdout.write("ready\n");
