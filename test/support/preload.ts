import { afterAll, setDefaultTimeout } from "bun:test";
import { endEverything } from "./child.ts";

/** Tests start whole processes and wait for facts; this only bounds a hang. */
const TEST_TIMEOUT_MS = 60_000;

setDefaultTimeout(TEST_TIMEOUT_MS);

// Servers are shared by the files of one test process: they end when the last file is done.
afterAll(endEverything);
