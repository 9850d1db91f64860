/** Who may import whom: the design's law, as tables, and the check that holds the source to it. */
import { expect, test } from "bun:test";
import { dirname, join, normalize } from "node:path";

const NOUNS = [
  "workspace",
  "limit",
  "document",
  "chat",
  "list",
  "presence",
  "job",
  "event",
  "notification",
  "parsing",
  "retrieval",
  "answer",
];
const ADAPTERS = ["postgres", "redis", "storage", "inference", "push"];

/**
 * Outermost first. A room (a folder of src, or a file that lies in src itself) may import its own files
 * and whatever lies further in. Between the rooms of one layer, `peers` says whether they may.
 */
const LAYERS: readonly { readonly rooms: readonly string[]; readonly peers: boolean }[] = [
  { rooms: ["main.ts"], peers: false },
  { rooms: ["cli"], peers: false },
  { rooms: ["role"], peers: false },
  { rooms: ["http", "realtime", "web"], peers: true },
  { rooms: ["task"], peers: false },
  { rooms: [...NOUNS, "auth"], peers: true },
  { rooms: ADAPTERS, peers: false },
  { rooms: ["google"], peers: false },
  {
    rooms: [
      "config.ts",
      "config",
      "log.ts",
      "metrics",
      "service.ts",
      "trace.ts",
      "error.ts",
      "uuid.ts",
    ],
    peers: true,
  },
];

/** An adapter serves the nouns: it may name their types, and do nothing with them. */
const TYPES_MAY_POINT_OUT = { from: ADAPTERS, to: NOUNS };

/** Rooms that only these may enter. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  role: ["main.ts", "cli"],
  http: ["role"],
};

/** Libraries that only these rooms may import, be it for their types. */
const LIBRARIES: readonly { readonly library: RegExp; readonly rooms: readonly string[] }[] = [
  { library: /^postgres$|^@electric-sql\/|^bun:sqlite$/, rooms: ["postgres"] },
  { library: /^ioredis$/, rooms: ["redis"] },
  { library: /^@aws-sdk\//, rooms: ["storage"] },
  { library: /^openai$/, rooms: ["inference"] },
  { library: /^elysia$|^@elysiajs\//, rooms: ["http", "realtime"] },
  { library: /^prom-client$/, rooms: ["metrics"] },
];

/**
 * Parts of a room into which not all of its files may reach: who may is tested as "importer > imported". Readers of
 * formats know helpers and never each other, and of the two sides of a parser's pipe neither knows the other.
 */
const PARTS: readonly { readonly to: RegExp; readonly allowed: RegExp }[] = [
  { to: /^parsing\/pool\//, allowed: /^(?!parsing\/)|^parsing\/pool\// },
  { to: /^parsing\/child\//, allowed: /^main\.ts >|^parsing\/child\// },
  { to: /^parsing\/formats\/(?:ooxml|odf)\//, allowed: /^parsing\/formats\// },
  {
    to: /^parsing\/formats\/(?!(?:ooxml|odf)\/)/,
    allowed: /^parsing\/format-table\.ts >|^parsing\/formats\/(\w+)\b.* > parsing\/formats\/\1\b/,
  },
];

/** Words that only these files may write. */
const WORDS: readonly { readonly word: RegExp; readonly files: readonly string[] }[] = [
  { word: /\bprocess\.exit\b/, files: ["main.ts"] },
  { word: /\b(process|Bun|import\.meta)\.env\b/, files: ["config.ts", "main.ts"] },
  { word: /@ts-(ignore|expect-error|nocheck)|(oxlint|eslint)-disable/, files: [] },
];

interface Import {
  /** A library's name, or a path from src: `job/store.ts`, `../sql/0001.sql`. */
  readonly target: string;
  readonly typeOnly: boolean;
}

/** @returns one sentence for every way in which this file of src breaks the law */
function violations(file: string, text: string): string[] {
  const imports = importsOf(file, text);
  return [
    ...imports.flatMap((each) => breachOf(file, each) ?? []),
    ...WORDS.filter(({ word, files }) => !files.includes(file) && word.test(text)).map(
      ({ word }) => `${file} must not say ${word.source}`,
    ),
  ];
}

function breachOf(file: string, { target, typeOnly }: Import): string | undefined {
  const room = roomOf(file);
  const rule = LIBRARIES.find(({ library }) => library.test(target));
  if (rule) return rule.rooms.includes(room) ? undefined : `${file} must not import ${target}`;
  if (!isOwnSource(target)) return undefined;
  const other = roomOf(target);
  const part = PARTS.find(({ to }) => to.test(target));
  if (part && !part.allowed.test(`${file} > ${target}`))
    return `${file} must not import ${target}: it is another part's`;
  if (room === other) return undefined;
  for (const unknown of [room, other]) {
    if (layerOf(unknown) < 0) return `${unknown} is in no layer: give it one`;
  }
  if (mayImport(room, other, typeOnly)) return undefined;
  return `${file} must not import ${typeOnly ? "even a type" : "anything"} of ${other}: ${target}`;
}

function mayImport(room: string, other: string, typeOnly: boolean): boolean {
  const { from, to } = TYPES_MAY_POINT_OUT;
  if (typeOnly && from.includes(room) && to.includes(other)) return true;
  const door = DOORS[other];
  if (door && !door.includes(room)) return false;
  const [inner, outer] = [layerOf(other), layerOf(room)];
  return inner > outer || (inner === outer && LAYERS[inner]?.peers === true);
}

/** `import type` and `import { type … }` count as types: the transpiler leaves them out. */
function importsOf(file: string, text: string): Import[] {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const values = new Set(transpiler.scanImports(text).map(({ path }) => path));
  const named = [...text.matchAll(/^(?:import|export)\b[^;"]*?\bfrom\s+"([^"]+)"/gm)];
  const all = new Set([...values, ...named.map((match) => match[1] ?? "")]);
  return [...all].map((path) => ({ target: targetOf(file, path), typeOnly: !values.has(path) }));
}

function targetOf(file: string, path: string): string {
  if (!path.startsWith(".")) return path;
  const fromSource = normalize(join(dirname(file), path));
  return fromSource.replace(/^\.\.\/node_modules\//, ""); // A library by the back door is one still.
}

function isOwnSource(target: string): boolean {
  return target.endsWith(".ts") && !target.startsWith("..");
}

function roomOf(file: string): string {
  return file.split("/")[0] ?? file;
}

function layerOf(room: string): number {
  return LAYERS.findIndex(({ rooms }) => rooms.includes(room));
}

const SOURCE = join(import.meta.dir, "../../src");

test("every file of src keeps the import law", async () => {
  const files = [...new Bun.Glob("**/*.ts").scanSync(SOURCE)].toSorted();
  expect(files).toContain("main.ts");
  const found: string[] = [];
  for (const file of files)
    found.push(...violations(file, await Bun.file(join(SOURCE, file)).text()));
  expect(found).toEqual([]);
});

const ALLOWED: readonly [file: string, text: string][] = [
  ["main.ts", `import { serve } from "./cli/serve.ts"; import { readConfig } from "./config.ts";`],
  ["main.ts", `readConfig(process.env); process.exit(0);`],
  ["cli/serve.ts", `import { start } from "../role/engine.ts";`],
  [
    "role/engine.ts",
    `import { app } from "../http/app.ts"; import { connect } from "../postgres/connect.ts";`,
  ],
  [
    "http/app.ts",
    `import { Elysia } from "elysia"; import { upload } from "../document/upload.ts";`,
  ],
  ["document/upload.ts", `import { createJob } from "../job/store.ts";`],
  ["redis/bus.ts", `import type { Bus } from "../event/bus.ts"; import { Redis } from "ioredis";`],
  ["metrics/registry.ts", `import { Registry } from "prom-client";`],
  ["inference/chat.ts", `import { llmTokens } from "../metrics/llm.ts";`],
  ["push/fcm.ts", `import { AccessToken } from "../google/access-token.ts";`],
  ["postgres/engine.ts", `import tar from "../../node_modules/@electric-sql/x/x.tar.gz";`],
  [
    "job/worker.ts",
    `import { sleep } from "../service.ts"; import type { Sql } from "../postgres/sql.ts";`,
  ],
  ["parsing/format-table.ts", `const read = await import("./formats/docx.ts");`],
  ["parsing/formats/docx.ts", `import { Body } from "./docx/body.ts";`],
  ["parsing/formats/docx/body.ts", `import { isOn } from "../ooxml/package.ts";`],
  ["parsing/formats/docx.ts", `import { unreadable } from "../limits.ts";`],
  ["task/parse-task.ts", `import { ParserPool } from "../parsing/pool/parser-pool.ts";`],
  ["main.ts", `const child = await import("./parsing/child/run.ts");`],
];

test.each(ALLOWED)("the law lets %s say: %s", (file, text) => {
  expect(violations(file, used(text))).toEqual([]);
});

const FORBIDDEN: readonly [file: string, text: string][] = [
  ["job/store.ts", `import { Hub } from "../realtime/hub.ts";`],
  ["job/store.ts", `import type { Hub } from "../realtime/hub.ts";`],
  ["job/store.ts", `import { type Hub } from "../realtime/hub.ts";`],
  ["job/store.ts", `export * from "../http/app.ts";`],
  ["job/store.ts", `const app = await import("../http/app.ts");`],
  ["job/store.ts", `import postgres from "postgres";`],
  ["job/store.ts", `import type postgres from "postgres";`],
  ["job/store.ts", `import { Database } from "bun:sqlite";`],
  ["job/store.ts", `import wasm from "../../node_modules/@electric-sql/pglite/x.wasm";`],
  ["job/worker.ts", `import { Counter } from "prom-client";`],
  ["role/engine.ts", `import type { Registry } from "prom-client";`],
  ["metrics/jobs.ts", `import { JOB_KINDS } from "../job/overview.ts";`],
  ["job/store.ts", `process.exit(1);`],
  ["job/store.ts", `const url = Bun.env["DATABASE_URL"];`],
  ["job/store.ts", `// @ts-ignore`],
  ["event/bus.ts", `import { Redis } from "ioredis";`],
  ["document/upload.ts", `import { S3Client } from "@aws-sdk/client-s3";`],
  ["answer/answerer.ts", `import OpenAI from "openai";`],
  ["chat/store.ts", `import { Elysia } from "elysia";`],
  ["redis/bus.ts", `import { announce } from "../event/announce.ts";`],
  ["redis/bus.ts", `import { connect } from "../postgres/connect.ts";`],
  ["push/fcm.ts", `import { DocumentAiClient } from "../inference/document-ai.ts";`],
  ["google/access-token.ts", `import type { PushGateway } from "../push/gateway.ts";`],
  ["redis/bus.ts", `import type { App } from "../http/app.ts";`],
  ["task/parse-task.ts", `import { start } from "../role/engine.ts";`],
  ["cli/ask.ts", `import { app } from "../http/app.ts";`],
  ["http/app.ts", `import { start } from "../role/engine.ts";`],
  ["role/engine.ts", `import { serve } from "../cli/serve.ts";`],
  ["error.ts", `import { connect } from "./postgres/connect.ts";`],
  ["parsing/formats/docx.ts", `import { readRtf } from "./rtf.ts";`],
  ["parsing/formats/ooxml/package.ts", `import { Body } from "../docx/body.ts";`],
  ["parsing/markdown.ts", `import { isOn } from "./formats/ooxml/package.ts";`],
  ["parsing/pool/parser-pool.ts", `import { parseFile } from "../child/parse-file.ts";`],
  ["parsing/child/run.ts", `import type { Death } from "../pool/parser-process.ts";`],
  ["parsing/ocr/tesseract.ts", `import { Slots } from "../pool/slots.ts";`],
  ["task/parse-task.ts", `import { parseFile } from "../parsing/child/parse-file.ts";`],
  ["attic/box.ts", `import { sleep } from "../service.ts";`],
];

test.each(FORBIDDEN)("the law forbids %s to say: %s", (file, text) => {
  const [breach, ...more] = violations(file, used(text));
  expect(breach).toMatch(/must not|in no layer/);
  expect(more).toEqual([]);
});

/** The transpiler forgets an import that nothing uses. */
function used(text: string): string {
  const names = [...text.matchAll(/import (?!type)\{? ?(\w+)/g)].map((match) => match[1]);
  return `${text}\nconsole.log(${names.filter((name) => name !== "type").join(", ")});`;
}
