import { existsSync } from "node:fs";
import type { Static, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { InputError } from "./set.ts";

/** What a file or a line of it should hold, and how to call that. */
export interface Shape<S extends TSchema> {
  readonly schema: S;
  /** "a query, {_id, text}" */
  readonly name: string;
}

/** @throws InputError if there is no such file */
export async function readText(path: string): Promise<string> {
  if (!existsSync(path)) throw new InputError(`There is no file ${path}.`);
  return await Bun.file(path).text();
}

/** @throws InputError if it is no JSON of that shape */
export async function readJson<S extends TSchema>(
  path: string,
  shape: Shape<S>,
): Promise<Static<S>> {
  return parse(await readText(path), shape, path);
}

/** One value for each line that is not blank. @throws InputError that names the line */
export async function readJsonLines<S extends TSchema>(
  path: string,
  shape: Shape<S>,
): Promise<Static<S>[]> {
  const values: Static<S>[] = [];
  for (const [at, line] of (await readText(path)).split("\n").entries())
    if (line.trim() !== "") values.push(parse(line, shape, `${path}, line ${at + 1},`));
  return values;
}

function parse<S extends TSchema>(text: string, { schema, name }: Shape<S>, where: string) {
  const value = jsonOf(text, where);
  if (Value.Check(schema, value)) return value;
  const [error] = Value.Errors(schema, value);
  throw new InputError(`${where} is not ${name}: ${error?.path || "all of it"} is wrong.`);
}

function jsonOf(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${where} is no JSON.`, { cause: error });
  }
}
