import { describe, expect, test } from "bun:test";
import { readMarkdown } from "../../../src/parsing/formats/markdown.ts";
import { readPages } from "../../support/read-pages.ts";

async function read(text: string): Promise<string> {
  return (await readPages("a.ipynb", text)).join("\f");
}

function notebook(...cells: unknown[]): string {
  return JSON.stringify({ cells, metadata: { language_info: { name: "python" } }, nbformat: 4 });
}

function code(source: string, ...outputs: unknown[]): unknown {
  return { cell_type: "code", source: source.split(/(?<=\n)/), outputs };
}

describe("a notebook", () => {
  test("is its cells, code with what it printed", async () => {
    const text = await read(
      notebook(
        {
          cell_type: "markdown",
          source: ["# Title\n", "Text ![a cat](data:image/png;base64,AAAA=)![](attachment:b.png)."],
        },
        code(
          "print(1)\n1 / 0",
          { output_type: "stream", text: ["\x1b[31m1\x1b[0m\n"] },
          {
            output_type: "error",
            ename: "ZeroDivisionError",
            evalue: "division by zero",
            traceback: ["long"],
          },
        ),
        code("plot()", {
          output_type: "display_data",
          data: { "image/png": "iVBOR", "text/plain": ["<Figure size 640x480>"] },
        }),
      ),
    );
    expect(text).toBe(
      "# Title\nText a cat.\n\n```python\nprint(1)\n1 / 0\n```\n\n```\n1\n```\n\n" +
        "```\nZeroDivisionError: division by zero\n```\n\n```python\nplot()\n```",
    );
  });

  test("shows a table of data as a table", async () => {
    const html = "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>";
    const output = {
      output_type: "execute_result",
      data: { "text/html": [html], "text/plain": "?" },
    };
    expect(await read(notebook(code("df", output)))).toEndWith(
      "| a | b |\n| --- | --- |\n| 1 | 2 |",
    );
  });

  test("shows what was written to be read as such, and nothing of what has no text", async () => {
    const rich = (data: Record<string, string>) => ({ output_type: "display_data", data });
    const text = await read(
      notebook(
        code(
          "show()",
          rich({
            "text/html": "<h3>Rent</h3><p>It is <b>950</b>.",
            "text/plain": "<IPython.core.display.HTML object>",
          }),
          rich({
            "text/markdown": "**Done**",
            "text/plain": "<IPython.core.display.Markdown object>",
          }),
          rich({ "text/latex": "$x^2$", "text/plain": "x**2" }),
          rich({ "application/json": "{}", "text/plain": "<IPython.core.display.JSON object>" }),
          rich({ "text/plain": "[<matplotlib.lines.Line2D at 0x7f2c>]" }),
          rich({ "text/html": "<div id=x></div><script>draw()</script>" }),
          { output_type: "stream", text: "  0%\r 50%\r100%\r\ndone\n" },
        ),
      ),
    );
    expect(text).toBe(
      "```python\nshow()\n```\n\n### Rent\n\nIt is **950**.\n\n**Done**\n\n$x^2$\n\n```\n100%\ndone\n```",
    );
  });

  test("prints no more of what a cell prints than tells what it does", async () => {
    const output = { output_type: "stream", text: "x".repeat(1_000_000) };
    expect((await read(notebook(code("loop()", output, output)))).length).toBeLessThan(5_000);
  });

  test("of the third version of the format is read too", async () => {
    const cells = [
      { cell_type: "heading", level: 2, source: "Old" },
      {
        cell_type: "code",
        input: "a",
        language: "python",
        outputs: [
          {
            output_type: "pyout",
            html: ["<table><tr><th>a<th>b<tr><td>1<td>2</table>"],
            text: "?",
          },
        ],
      },
    ];
    expect(await read(JSON.stringify({ worksheets: [{ cells }] }))).toBe(
      "## Old\n\n```python\na\n```\n\n| a | b |\n| --- | --- |\n| 1 | 2 |",
    );
  });

  test("that is broken says so", async () => {
    const damaged = "The notebook is damaged and cannot be read.";
    await expect(read('{"cells": [')).rejects.toThrow(damaged);
    await expect(read("[".repeat(1_000_000))).rejects.toThrow(damaged);
    await expect(read('{"a": 1}')).rejects.toThrow("The file is no notebook, or");
    expect(await read('{"cells": [null, 1, {"cell_type": "code"}, {"source": {}}]}')).toBe("");
  });
});

test("Markdown stays as it is, but for the pictures that it holds itself", async () => {
  const text =
    "---\ntitle: A\n---\n\n# A\n\n![one][image1] ![two](data:image/png;base64,iVBORw0KGgo=) <b>x</b>\n\n" +
    "[image1]: <data:image/png;base64,iVBORw0KGgo=>\n";
  const [page] = await readMarkdown({ name: "a.md", bytes: Buffer.from(text), format: "markdown" });
  expect(page).toBe("---\ntitle: A\n---\n\n# A\n\n![one][image1] two <b>x</b>\n\n");
});
