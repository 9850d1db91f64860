import { createServer } from "node:net";

/** The system gives those above to whoever asks for any port, and to clients: none of these. */
const LOWEST = 10_000;
const HIGHEST = 32_000;
/** More than one process takes, so that those that run side by side come to no common one. */
const STRIDE = 509;

let next = LOWEST + ((process.pid * STRIDE) % (HIGHEST - LOWEST));

/**
 * A port that is free, and that nobody else is given until every other one has been: it stays so until its server
 * starts, and while that is started again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next = port + 1 < HIGHEST ? port + 1 : LOWEST;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "0.0.0.0", () => server.close(() => resolve(true)));
  });
}
