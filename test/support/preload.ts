import { afterAll } from "bun:test";
import { endEverything } from "./child.ts";

// Servers are shared by the files of one test process: they end when the last file is done.
afterAll(endEverything);
