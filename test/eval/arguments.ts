import { parseArgs } from "node:util";
import { seededRandom } from "../support/random.ts";
import { type EvaluationSet, InputError } from "./set.ts";

export interface Arguments {
  readonly paths: readonly string[];
  readonly compare: boolean;
  readonly networked: boolean;
  /** Ask this alone. */
  readonly only?: "search" | "answers";
  /** Ask every other query alone: the first, third, … or the second, fourth, … */
  readonly half?: "odd" | "even";
  /** Ask this many at most, drawn by `seed`. */
  readonly sample?: number;
  readonly seed: number;
}

const SEED = 1;
const WHOLE_NUMBER = /^[1-9]\d{0,8}$/;

/** @throws InputError that says what is wrong */
export function readArguments(given: readonly string[]): Arguments {
  const { positionals, values } = parsed(given);
  if (positionals.length === 0) throw new InputError("Name the folder of a set: ./dev eval DIR…");
  return {
    paths: positionals,
    compare: values.compare ?? false,
    networked: values.networked ?? false,
    seed: values.seed === undefined ? SEED : wholeNumber("--seed", values.seed),
    ...(values.only !== undefined && {
      only: oneOf("--only", values.only, ["search", "answers"] as const),
    }),
    ...(values.half !== undefined && {
      half: oneOf("--half", values.half, ["odd", "even"] as const),
    }),
    ...(values.sample !== undefined && { sample: wholeNumber("--sample", values.sample) }),
  };
}

function parsed(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: {
        compare: { type: "boolean" },
        networked: { type: "boolean" },
        only: { type: "string" },
        half: { type: "string" },
        sample: { type: "string" },
        seed: { type: "string" },
      },
    });
  } catch (error) {
    // Its second sentence is advice for another case.
    const [said] = String(error instanceof Error ? error.message : error).split(". ");
    throw new InputError(`${said}; ./dev help tells what there is.`, { cause: error });
  }
}

function wholeNumber(option: string, text: string): number {
  if (!WHOLE_NUMBER.test(text)) throw new InputError(`${option} takes a number from 1 on.`);
  return Number(text);
}

function oneOf<T extends string>(option: string, text: string, values: readonly T[]): T {
  const value = values.find((each) => each === text);
  if (value !== undefined) return value;
  throw new InputError(`${option} takes ${values.join(" or ")}.`);
}

type Choice = Pick<Arguments, "half" | "sample" | "seed">;

/** The set with as many of its queries and questions as are asked for, and all of its documents. */
export function chosenOf(set: EvaluationSet, choice: Choice): EvaluationSet {
  return {
    ...set,
    queries: some(set.queries, choice),
    questions: some(set.questions, choice),
  };
}

function some<T>(items: readonly T[], { half, sample, seed }: Choice): readonly T[] {
  const halved = half ? items.filter((_, at) => (at % 2 === 0) === (half === "odd")) : items;
  if (sample === undefined || sample >= halved.length) return halved;
  const random = seededRandom(seed);
  const drawn = halved.map((item, at) => ({ item, at, lot: random.next() }));
  return drawn
    .toSorted((a, b) => a.lot - b.lot)
    .slice(0, sample)
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
