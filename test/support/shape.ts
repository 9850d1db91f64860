import { expect } from "bun:test";

/**
 * Expects a value to have at least what `shape` names; use it wherever the value is looked at again.
 * Bun's `toMatchObject` writes the matchers of the shape into the value, so it gets a copy.
 */
export function expectShape(value: unknown, shape: object): void {
  expect(copyOf(value)).toMatchObject(shape);
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copyOf(each)]));
}
