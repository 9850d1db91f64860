import { parseArgs } from "node:util";
import { AppError, messageOf } from "../error.ts";
import type { JobKind } from "../job/job.ts";
import { JOB_KINDS, JOB_STATES, type JobState } from "../job/overview.ts";
import { RETRY_IDS_MAX } from "../task/retry-failed.ts";
import { isUuid } from "../uuid.ts";

/** What `jobs` was told to do. */
export type JobsCommand = (
  | {
      readonly action: "list";
      readonly state: JobState;
      readonly kind: Kind;
      readonly limit: number;
    }
  | { readonly action: "show"; readonly id: string }
  | { readonly action: "retry"; readonly ids: readonly string[] }
  | { readonly action: "retry all"; readonly kind: Kind }
) & {
  /** Print JSON, for other programs. */
  readonly json: boolean;
};
type Kind = JobKind | undefined;
type Values = ReturnType<typeof read>["values"];

const LIMIT = 50;
const LIMIT_MAX = 10_000;
/** Which options go with which action. */
const OPTIONS = {
  list: ["state", "kind", "limit"],
  show: [],
  retry: ["all", "kind"],
} as const;

/** @throws AppError `invalid_request` with one sentence on what is wrong */
export function parseJobsArguments(args: readonly string[]): JobsCommand {
  const { values, positionals } = read(args);
  const [action = "list", ...ids] = positionals;
  if (action !== "list" && action !== "show" && action !== "retry")
    throw wrong(`There is no jobs ${action}; there are list, show and retry.`);
  for (const option of ["state", "kind", "limit", "all"] as const)
    if (values[option] !== undefined && !OPTIONS[action].some((each) => each === option))
      throw wrong(`jobs ${action} has no option --${option}.`);
  const notAnId = ids.find((id): boolean => !isUuid(id));
  if (notAnId !== undefined) throw wrong(`"${notAnId}" is no job's id.`);
  const json = values.json ?? false;
  switch (action) {
    case "list":
      if (ids.length > 0) throw wrong("jobs list takes no id; see jobs show.");
      return { action, json, kind: kindOf(values), state: stateOf(values), limit: limitOf(values) };
    case "show":
      if (ids.length !== 1 || !ids[0]) throw wrong("jobs show needs one job's id.");
      return { action, json, id: ids[0] };
    case "retry":
      return { ...retryOf(values, [...new Set(ids.map((id) => id.toLowerCase()))]), json };
  }
}

function retryOf(values: Values, ids: readonly string[]) {
  if (values.all) {
    if (ids.length > 0) throw wrong("jobs retry takes ids or --all, not both.");
    return { action: "retry all", kind: kindOf(values) } as const;
  }
  if (values.kind !== undefined) throw wrong("--kind goes with --all.");
  if (ids.length === 0) throw wrong("jobs retry needs the ids of failed jobs, or --all.");
  if (ids.length > RETRY_IDS_MAX)
    throw wrong(`jobs retry takes ${RETRY_IDS_MAX} ids at once, or --all.`);
  return { action: "retry", ids } as const;
}

function kindOf({ kind }: Values): Kind {
  return kind === undefined ? undefined : choice("kind", JOB_KINDS, kind);
}

function stateOf({ state }: Values): JobState {
  return state === undefined ? "failed" : choice("state", JOB_STATES, state);
}

function choice<T extends string>(option: string, choices: readonly T[], value: string): T {
  const chosen = choices.find((each) => each === value);
  if (chosen === undefined)
    throw wrong(`--${option} must be one of ${choices.join(", ")}, but is "${value}".`);
  return chosen;
}

function limitOf({ limit }: Values): number {
  if (limit === undefined) return LIMIT;
  const number = Number(limit);
  if (/^\d+$/.test(limit) && number >= 1 && number <= LIMIT_MAX) return number;
  throw wrong(`--limit must be a whole number from 1 to ${LIMIT_MAX}, but is "${limit}".`);
}

function read(args: readonly string[]) {
  const string = { type: "string" } as const;
  const boolean = { type: "boolean" } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { state: string, kind: string, limit: string, all: boolean, json: boolean },
    });
  } catch (error) {
    // Of the parser's sentences the first says what is wrong.
    throw wrong(`${messageOf(error).split(". ")[0]?.replace(/\.$/, "")}.`);
  }
}

function wrong(sentence: string): AppError {
  return new AppError("invalid_request", `${sentence} See rag-engine --help.`);
}
