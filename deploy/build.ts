/**
 * Builds what is not source. `bun deploy/build.ts template` makes the initialised database that a
 * first start unpacks, and what it runs with, if they are missing or out of date; with no argument it
 * makes those and then `dist/rag-engine`, one executable with everything inside.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dir, "..");
const EXECUTABLE = join(ROOT, "dist/rag-engine");
const TEMPLATE = join(ROOT, "src/postgres/embedded/template.bin");
/** What PGlite finds in its file system, and the same as it goes into the executable. */
const SHARE = join(ROOT, "node_modules/@electric-sql/pglite/dist/pglite.data");
const PACKED_SHARE = join(ROOT, "src/postgres/embedded/pglite.data.zst");
const ZSTD_LEVEL = 19;

/** Code that runs on a thread of its own has an entry of its own. */
const ENTRY_POINTS = ["src/main.ts", "src/postgres/embedded/worker.ts"];
const EXECUTABLE_MB_MAX = 150;

/** Another version of any of these makes another template. */
const TEMPLATE_INGREDIENTS = [
  "node_modules/@electric-sql/pglite/package.json",
  "node_modules/@electric-sql/pglite-pgvector/package.json",
  "node_modules/@electric-sql/pglite-pg_textsearch/package.json",
  "deploy/template.ts",
  "src/postgres/embedded/engine.ts",
  "src/postgres/embedded/template.ts",
];

ensurePackedShare();
await ensureTemplate();
if (Bun.argv[2] !== "template") await buildExecutable();

/** Packed, it takes a quarter of the space, and a start some milliseconds longer. */
function ensurePackedShare(): void {
  const keyFile = `${PACKED_SHARE}.key`;
  const key = keyOf(["node_modules/@electric-sql/pglite/package.json", "deploy/build.ts"]);
  if (isUpToDate(PACKED_SHARE, keyFile, key)) return;
  replaceFile(PACKED_SHARE, Bun.zstdCompressSync(readFileSync(SHARE), { level: ZSTD_LEVEL }));
  replaceFile(keyFile, key);
}

async function ensureTemplate(): Promise<void> {
  const keyFile = `${TEMPLATE}.key`;
  const key = keyOf(TEMPLATE_INGREDIENTS);
  if (isUpToDate(TEMPLATE, keyFile, key)) return;
  console.error("Initialising the embedded database …");
  const { buildTemplate } = await import("./template.ts"); // Loads Postgres; most runs do without.
  replaceFile(TEMPLATE, await buildTemplate());
  replaceFile(keyFile, key);
}

async function buildExecutable(): Promise<void> {
  const unfinished = `${EXECUTABLE}.${process.pid}`;
  mkdirSync(dirname(EXECUTABLE), { recursive: true });
  await Bun.build({
    entrypoints: ENTRY_POINTS.map((path) => join(ROOT, path)),
    // All entries lie side by side in the executable, where `./worker.ts` is looked for.
    naming: "[name].[ext]",
    target: "bun",
    format: "esm",
    minify: true,
    bytecode: true,
    compile: {
      outfile: unfinished,
      // Settings come from the environment; files that happen to lie in the folder are not ours.
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
  });
  renameSync(unfinished, EXECUTABLE);
  const megabytes = statSync(EXECUTABLE).size / 1e6;
  console.error(`dist/rag-engine: ${megabytes.toFixed(0)} MB`);
  if (megabytes > EXECUTABLE_MB_MAX) throw new Error(`It may be ${EXECUTABLE_MB_MAX} MB at most.`);
}

function isUpToDate(file: string, keyFile: string, key: string): boolean {
  return existsSync(file) && existsSync(keyFile) && readFileSync(keyFile, "utf8") === key;
}

function keyOf(paths: readonly string[]): string {
  const hash = new Bun.CryptoHasher("sha256");
  for (const path of paths) hash.update(path).update(readFileSync(join(ROOT, path)));
  return hash.digest("hex");
}

/** Another process may be reading the file: it sees the old one or the new one. */
function replaceFile(path: string, content: string | Uint8Array): void {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, path);
}
