import type { SetUp } from "./set-up.ts";

/** What a scrape told. */
export interface Scrape {
  /** Every sample: its name, its labels, its value. */
  readonly samples: readonly Sample[];
  /** The names of all metrics, also of those without a sample. */
  readonly names: ReadonlySet<string>;
  /** The sum of a metric's samples with these labels; 0 if there are none. */
  sum(name: string, labels?: Readonly<Record<string, string>>): number;
  /** The different values of a label of a metric. */
  values(name: string, label: string): string[];
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the `/metrics` of one process. */
export async function scrape(url: string, token?: string): Promise<Scrape> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const response = await fetch(`${url}/metrics`, { headers });
  if (response.status !== 200) throw new Error(`A scrape was answered ${response.status}.`);
  return parseScrape(await response.text());
}

/** All processes of a set-up as one. */
export async function scrapeAll(setUp: SetUp): Promise<Scrape> {
  const all = await Promise.all(setUp.engines().map(({ url }) => scrape(url)));
  return scrapeOf(
    all.flatMap(({ samples }) => samples),
    new Set(all.flatMap(({ names }) => [...names])),
  );
}

/** Reads the text of a scrape. */
export function parseScrape(text: string): Scrape {
  const names = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map((match) => match[1] ?? ""));
  const samples = text.split("\n").flatMap((line) => {
    const [, name = "", labels = "", value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    return value === undefined ? [] : [{ name, labels: labelsOf(labels), value: Number(value) }];
  });
  return scrapeOf(samples, names);
}

function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );
}

function scrapeOf(samples: readonly Sample[], names: ReadonlySet<string>): Scrape {
  const of = (name: string) => samples.filter((sample) => sample.name === name);
  return {
    samples,
    names,
    sum: (name, wanted = {}) =>
      of(name)
        .filter(({ labels }) => Object.entries(wanted).every(([key, is]) => labels[key] === is))
        .reduce((sum, { value }) => sum + value, 0),
    values: (name, label) => [...new Set(of(name).flatMap(({ labels }) => labels[label] ?? []))],
  };
}
