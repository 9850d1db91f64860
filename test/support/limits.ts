import { readConfig } from "../../src/config.ts";
import type { ReadLimits } from "../../src/parsing/limits.ts";

/** What a document may hold where nothing is configured. */
export const LIMITS: ReadLimits = readConfig({}).parsing;
