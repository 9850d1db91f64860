import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { readBeir } from "./beir.ts";
import { type EvaluationSet, InputError } from "./set.ts";
import { readSquad } from "./squad.ts";

/**
 * Reads a set: a folder in the layout of BEIR, a file in that of SQuAD, or a folder with one such file.
 * @throws InputError that says in one sentence what is wrong
 */
export async function loadSet(path: string): Promise<EvaluationSet> {
  const place = resolve(path);
  if (!existsSync(place)) throw new InputError(`There is no folder or file ${path}.`);
  const set = await readSet(place);
  if (set.documents.length === 0) throw new InputError(`There is no document in ${path}.`);
  return set;
}

async function readSet(place: string): Promise<EvaluationSet> {
  if (!statSync(place).isDirectory()) return await readSquad(place);
  const names = readdirSync(place);
  if (names.includes("corpus.jsonl")) return await readBeir(place);
  const [file, ...others] = names.filter((name) => name.endsWith(".json"));
  if (file === undefined)
    throw new InputError(`There is no corpus.jsonl and no file of the SQuAD layout in ${place}.`);
  if (others.length > 0) throw new InputError(`Name one of the .json files in ${place}.`);
  return await readSquad(join(place, file));
}
