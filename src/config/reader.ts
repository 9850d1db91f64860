import { AppError } from "../error.ts";
import { type Setting, type SettingName, SETTINGS } from "./settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** With `exactOptionalPropertyTypes` an absent value is an absent key. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

/** Reads settings one by one, and gathers their faults. */
export class Reader {
  readonly #faults: string[] = [];

  constructor(private readonly environment: Environment) {}

  fault(sentence: string): void {
    this.#faults.push(sentence);
  }

  has(name: SettingName): boolean {
    return this.text(name) !== undefined;
  }

  /** The value under its name or an alias of it; empty is the same as unset. */
  text(name: SettingName): string | undefined {
    const setting: Setting | undefined = SETTINGS.find((each) => each.name === name);
    for (const key of [name, ...(setting?.aliases ?? [])]) {
      const value = this.environment[key]?.trim();
      if (value) return value;
    }
    return undefined;
  }

  /** What is no setting of ours: those that are there. */
  ofTheSystem(names: readonly string[]): Record<string, string> {
    const present = names.flatMap((name) => {
      const value = this.environment[name];
      return value ? [[name, value] as const] : [];
    });
    return Object.fromEntries(present);
  }

  integer(name: SettingName, fallback: number, min: number, max: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    this.fault(`${name} must be a whole number from ${min} to ${max}, but is "${value}".`);
    return fallback;
  }

  choice<const T extends string>(name: SettingName, choices: readonly T[], fallback: T): T {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const chosen = choices.find((choice) => choice === value.toLowerCase());
    if (chosen) return chosen;
    this.fault(`${name} must be one of ${choices.join(", ")}, but is "${value}".`);
    return fallback;
  }

  /** The value itself is never repeated in a fault: it may hold a password. */
  url(name: SettingName, protocols: readonly string[]): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value;
    this.fault(
      `${name} must be a URL that starts with ${protocols.map((p) => `${p}//`).join(" or ")}.`,
    );
    return undefined;
  }

  /** The address of an API, without a slash at its end. */
  endpoint(name: SettingName, fallback: string): string {
    return (this.url(name, ["http:", "https:"]) ?? fallback).replace(/\/+$/, "");
  }

  /** Settings that go together: all of them, or none. */
  group<K extends string>(names: Record<K, SettingName>): Record<K, string> | undefined {
    const entries = Object.entries<SettingName>(names).map(([key, name]) => ({
      key,
      name,
      value: this.text(name),
    }));
    const missing = entries.filter((entry) => entry.value === undefined);
    if (missing.length === entries.length) return undefined;
    for (const { name } of missing) {
      const present = entries.find((entry) => entry.value !== undefined)?.name;
      this.fault(`${name} is missing; it goes with ${present}.`);
    }
    if (missing.length > 0) return undefined;
    return Object.fromEntries(entries.map(({ key, value }) => [key, value])) as Record<K, string>;
  }

  throwIfFaulty(): void {
    if (this.#faults.length > 0) throw new AppError("invalid_request", this.#faults.join("\n"));
  }
}
