/** CSV and its like: what divides the cells, what quotes do, and what is refused. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { parseFile } from "../../../src/parsing/child/parse-file.ts";
import { segmentsOf } from "../../../src/retrieval/segmentation/segmentation.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { LIMITS } from "../../support/limits.ts";
import { readPages } from "../../support/read-pages.ts";

const folder = temporaryFolder("csv");

async function read(text: string | Uint8Array, name = "a.csv"): Promise<string> {
  const pages = await readPages(name, text);
  expect(pages).toHaveLength(1);
  return pages.join();
}

const TABLE = "| name | amount |\n| --- | --- |\n| An | 1,5 |\n| Bình | 2,5 |";

describe("delimiters", () => {
  for (const [what, text] of Object.entries({
    "semicolons, with commas in numbers": "name;amount\nAn;1,5\nBình;2,5\n",
    tabs: "name\tamount\r\nAn\t1,5\r\nBình\t2,5",
    bars: "name|amount\rAn|1,5\rBình|2,5\r",
    "commas and quotes": 'name,amount\nAn,"1,5"\n"Bình","2,5"\n',
    "what the first line says": "sep=^\nname^amount\nAn^1,5\nBình^2,5",
  }))
    test(what, async () => expect(await read(text)).toBe(TABLE));

  test("commas win where sentences have semicolons now and then", async () => {
    const text = await read('id,note\n1,"first; then"\n2,"a; b; c"\n3,none\n');
    expect(text).toBe(
      "| id | note |\n| --- | --- |\n| 1 | first; then |\n| 2 | a; b; c |\n| 3 | none |",
    );
  });
});

describe("cells", () => {
  test("quotes hold line breaks, delimiters and quotes", async () => {
    const text = await read('a,b\n"x ""y""\nz","1,2"\n');
    expect(text).toBe('| a | b |\n| --- | --- |\n| x "y" z | 1,2 |');
  });

  test("a quote that is never closed takes nothing along", async () => {
    const text = await read('a,b\n"x,1\ny,2\n');
    expect(text).toBe('| a | b |\n| --- | --- |\n| "x | 1 |\n| y | 2 |');
  });

  test("ragged rows, empty rows and empty columns", async () => {
    const text = await read("a,,b,\n1,,2,\n\n,,,\n3,,\n4,,5,,6\n");
    expect(text).toBe("| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 |  |\n| 4 | 5 | 6 |");
  });

  test("a bar in a cell divides no cells", async () => {
    expect(await read("a,b\nx|y,1\n")).toContain("| x\\|y | 1 |");
  });

  test("lines above a table are text", async () => {
    const text = await read("Sales 2024\nby month,\n\nmonth,sum\nMay,5\nJune,6\n");
    expect(text).toBe(
      "Sales 2024\nby month\n\n| month | sum |\n| --- | --- |\n| May | 5 |\n| June | 6 |",
    );
  });

  test("several with empty lines between them are tables of their own", async () => {
    const account = "Account,12345,\nCurrency,EUR,\n,,\n";
    expect(await read(`${account}Day,Text,Amount\n2024-05-01,Rent,-950\n`)).toBe(
      "| A | B |\n| --- | --- |\n| Account | 12345 |\n| Currency | EUR |\n\n" +
        "| Day | Text | Amount |\n| --- | --- | --- |\n| 2024-05-01 | Rent | -950 |",
    );
    expect(await read("One\na,b\n1,2\n\nTwo\nc,d,e\n3,4,5\n")).toBe(
      "One\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nTwo\n\n| c | d | e |\n| --- | --- | --- |\n| 3 | 4 | 5 |",
    );
  });

  test("empty lines between its rows do not divide a table", async () => {
    expect(await read("a,b\n1,2\n\n3,4\n\n\nx,y\nz\n")).toBe(
      "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |\n| x | y |\n| z |  |",
    );
  });

  test("without names, columns have their letters", async () => {
    expect(await read("An,5\nBình,6\n")).toStartWith("| A | B |\n| --- | --- |\n| An | 5 |");
    expect(await read("2024-01-05,Tea\n2024-01-06,Rice\n")).toStartWith("| A | B |");
    expect(await read("Shop,2024-01-05\nHuế,7\n")).toStartWith("| Shop | 2024-01-05 |\n| --- |");
  });

  test("one column is lines", async () => {
    expect(await read("name\nAn\nBình\n")).toBe("name\nAn\nBình");
  });

  test("Japanese in Shift-JIS is Japanese", async () => {
    const bytes = Buffer.from("96bc914f2c93738e730a8db293a191be98592c91e58de30a", "hex");
    expect(await read(bytes)).toBe("| 名前 | 都市 |\n| --- | --- |\n| 佐藤太郎 | 大阪 |");
  });
});

test("progress is told of a long table, which is one page however many rows it has", async () => {
  const path = join(folder, "long.csv");
  await Bun.write(path, `a,b\n${"1,2\n".repeat(30_000)}`);
  const shares: number[] = [];
  const request = {
    path,
    name: "long.csv",
    format: "csv",
    limits: { ...LIMITS, pagesMax: 1 },
  } as const;
  await parseFile(request, (share) => shares.push(share));
  expect(shares.length).toBeGreaterThan(4);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBeLessThanOrEqual(100);
});

describe("hostile tables", () => {
  test("a million columns are refused", async () => {
    await expect(read("a,".repeat(1_000_000))).rejects.toThrow(
      "The table has more than 16,384 columns.",
    );
  });

  test("a line without end is refused", async () => {
    const refused =
      "A line of the table is longer than 4 million characters; split it, and upload the parts.";
    await expect(read(`a,b\n${"x".repeat(5_000_000)}`)).rejects.toThrow(refused);
    await expect(read(`a,b\n"${"x\n".repeat(3_000_000)}"`)).rejects.toThrow(refused);
  });

  test("one wide row does not make all others wide", async () => {
    const text = await read(`a,b\n${"1,2\n".repeat(10_000)}${"x,".repeat(10_000)}y\n`);
    expect(text.length).toBeLessThan(200_000);
  });

  test("quotes that open at every cell and are never closed are read in time", async () => {
    expect(await read(`a,b\n${'"""x,1\n'.repeat(50_000)}`)).toContain("x");
  });
});

test("bars in cells do not hide the names of a long table's columns from its later passages", async () => {
  const rows = Array.from({ length: 300 }, (_, index) => `${index},a${index % 2 ? "|" : ""}b`);
  const text = await read(`id,what it is\n${rows.join("\n")}`);
  const segments = [...segmentsOf({ text, pages: [{ pageIdx: 0, start: 0, end: text.length }] })];
  expect(segments.length).toBeGreaterThan(2);
  for (const { headings } of segments.slice(1)) expect(headings).toBe("id | what it is");
});
