import { messages, PGlite, type PGliteOptions } from "@electric-sql/pglite";
import initdbWasm from "@electric-sql/pglite/initdb.wasm" with { type: "file" };
import pgliteWasm from "@electric-sql/pglite/pglite.wasm" with { type: "file" };
import textSearch from "../../../node_modules/@electric-sql/pglite-pg_textsearch/dist/pg_textsearch.tar.gz" with { type: "file" };
import vector from "../../../node_modules/@electric-sql/pglite-pgvector/dist/vector.tar.gz" with { type: "file" };
import share from "./pglite.data.zst" with { type: "file" };
import { DurableFS } from "./durable-fs.ts";
import { LastWords } from "./last-words.ts";

type Extension = Exclude<NonNullable<PGliteOptions["extensions"]>[string], URL>;

/** The segments of the write-ahead log; the template is initialised with this size. */
const WAL_SEGMENT_MB = 4;

const START_PARAMETERS = [
  // PGlite's own, but for `-F`, which would turn fsync off.
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
  ...settings({
    fsync: "on",
    wal_sync_method: "fsync",
    // A page that is not in them costs a call to the file system; an index of 100,000 segments does not fit into 32 MB.
    shared_buffers: "128MB",
    maintenance_work_mem: "32MB",
    min_wal_size: "16MB",
    // Of the log's files so many are kept to be written again.
    max_wal_size: "64MB",
    // Each part of the index is asked for each term: so there are few, merged by fours instead of eights and
    // made of 4 MB instead of half a one.
    "pg_textsearch.memtable_pages_threshold": "512",
    "pg_textsearch.segments_per_level": "4",
  }),
];

const SIMPLE_QUERY = "Q".charCodeAt(0);
const SYNC = "S".charCodeAt(0);
/** Parse, bind, describe, execute, close, flush: after them the client owes a Sync. */
const PARTS_OF_A_STATEMENT = new Set(Buffer.from("PBDECH"));
const LENGTH_BYTES = 4;

/** PGlite that tells of its own failures, and lets a statement in between two of its clients'. */
export class Engine extends PGlite {
  #clientAwaitsMore = false;

  constructor(
    options: PGliteOptions,
    private readonly onFailure: (error: unknown) => void,
  ) {
    super(options);
  }

  /** Nobody asks PGlite for JavaScript values here, so it need not learn the types of arrays. */
  override async _initArrayTypes(): Promise<void> {}

  /** Every message of the client comes through here. What breaks here, the socket server hides. */
  override async execProtocolRawStream(
    message: Uint8Array,
    options: Parameters<PGlite["execProtocolRawStream"]>[1],
  ): Promise<void> {
    this.#clientAwaitsMore = PARTS_OF_A_STATEMENT.has(message[0] ?? 0);
    try {
      await super.execProtocolRawStream(message, options);
    } catch (error) {
      this.onFailure(error);
      throw error;
    }
  }

  /**
   * All clients share one session. The socket server asks this before it turns to another client, and it
   * must not do so amid the messages of a statement either: the other's would take its place.
   */
  override isInTransaction(): boolean {
    return this.#clientAwaitsMore || super.isInTransaction();
  }

  /** The socket server rolls back so for a client that has gone; what that left unfinished is ended first. */
  override async exec(...statement: Parameters<PGlite["exec"]>): ReturnType<PGlite["exec"]> {
    if (this.#clientAwaitsMore)
      await this.runExclusive(() => this.execProtocol(wireMessage(SYNC), { throwOnError: false }));
    const results = await super.exec(...statement);
    this.#clientAwaitsMore = false;
    return results;
  }

  /**
   * Runs one statement of our own in the clients' session, unless a client is in a transaction or
   * amid the messages of a statement.
   * @returns its rows, as text; `undefined` if this was not the moment
   */
  async runBetween(statement: string): Promise<(string | null)[][] | undefined> {
    return this.runExclusive(async () => {
      if (this.isInTransaction()) return undefined;
      const { messages: answer } = await this.execProtocol(simpleQuery(statement));
      return answer.flatMap((part) =>
        part instanceof messages.DataRowMessage ? [part.fields] : [],
      );
    });
  }
}

function simpleQuery(statement: string): Uint8Array {
  return wireMessage(SIMPLE_QUERY, Buffer.from(`${statement}\0`));
}

function wireMessage(type: number, body: Uint8Array = Buffer.alloc(0)): Uint8Array {
  const head = Buffer.alloc(1 + LENGTH_BYTES);
  head.writeUInt8(type);
  head.writeUInt32BE(LENGTH_BYTES + body.length, 1);
  return Buffer.concat([head, body]);
}

/** Postgres and its extensions, read from the executable and compiled. */
interface Assets {
  readonly pglite: WebAssembly.Module;
  readonly initdb: WebAssembly.Module;
  readonly fsBundle: Blob;
  readonly vector: Blob;
  readonly textSearch: Blob;
}

/** Takes a few hundred milliseconds, most of it on other threads. */
export async function loadAssets(): Promise<Assets> {
  const [pglite, initdb, fsBundle, vectorTar, textSearchTar] = await Promise.all([
    compile(pgliteWasm),
    compile(initdbWasm),
    unpack(share),
    gunzip(vector),
    gunzip(textSearch),
  ]);
  return {
    pglite,
    initdb,
    fsBundle,
    vector: vectorTar,
    textSearch: textSearchTar,
  };
}

/**
 * Opens the database in `dataDir`, initialising it if it is empty (which takes seconds; the template
 * spares it).
 * @param onFailure called when the engine itself breaks, not when a statement fails
 */
export async function openEngine(
  dataDir: string,
  assets: Assets,
  onFailure: (error: unknown) => void,
): Promise<Engine> {
  const lastWords = new LastWords();
  const engine = new Engine(
    {
      fs: new DurableFS(dataDir, () => onFailure(lastWords.explain("Postgres panicked"))),
      pgliteWasmModule: assets.pglite,
      initdbWasmModule: assets.initdb,
      fsBundle: assets.fsBundle,
      extensions: {
        vector: extension("vector", assets.vector),
        pg_textsearch: extension("pg_textsearch", assets.textSearch, ["pg_textsearch"]),
      },
      startParams: START_PARAMETERS,
      initDbStartParams: [`--wal-segsize=${WAL_SEGMENT_MB}`],
      onStderr: (line) => {
        lastWords.hear(line);
        return false;
      },
    },
    onFailure,
  );
  await engine.waitReady.catch((error: unknown) => {
    throw lastWords.explain(error);
  });
  return engine;
}

async function compile(path: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await Bun.file(path).bytes());
}

async function unpack(path: string): Promise<Blob> {
  return new Blob([await Bun.zstdDecompress(await Bun.file(path).bytes())]);
}

async function gunzip(path: string): Promise<Blob> {
  return new Blob([Bun.gunzipSync(await Bun.file(path).bytes())]);
}

/**
 * An extension from memory. PGlite reads one through a stream of a real file, which a file inside the
 * executable is not; so its contents are handed to the module directly.
 */
function extension(name: string, bundle: Blob, sharedPreloadLibraries: string[] = []): Extension {
  return {
    name,
    setup: async (_pg, emscriptenOpts: { preRun: ((module: ExtensionHost) => void)[] }) => {
      const install = (module: ExtensionHost) => {
        module.pg_extensions[name] = Promise.resolve(bundle);
      };
      return {
        emscriptenOpts: { ...emscriptenOpts, preRun: [...emscriptenOpts.preRun, install] },
        sharedPreloadLibraries,
      };
    },
  };
}

interface ExtensionHost {
  pg_extensions: Record<string, Promise<Blob | null>>;
}

function settings(values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
