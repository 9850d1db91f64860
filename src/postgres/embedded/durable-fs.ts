import { fdatasyncSync } from "node:fs";
import type { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

type ModuleOptions = Parameters<NodeFS["init"]>[1];

/** The part of an Emscripten file system that says how an open file behaves. */
interface FileSystemOperations {
  stream_ops: { fsync?: (stream: { nfd: number }) => number };
}

/**
 * The host's file system with a sync that syncs. PGlite's own answers `fsync` without asking the disk,
 * so that a power cut could lose what a client was told is stored; its `fdatasync` is hard-wired to do
 * nothing, hence `wal_sync_method=fsync` among the start parameters.
 */
export class DurableFS extends NodeFS {
  override async init(pg: PGlite, options: ModuleOptions): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(pg, options);
    const preRun = emscriptenOpts.preRun ?? [];
    return {
      emscriptenOpts: {
        ...emscriptenOpts,
        preRun: [...preRun, (module) => syncForReal(module.NODEFS)],
      },
    };
  }
}

function syncForReal(files: FileSystemOperations): void {
  files.stream_ops.fsync = ({ nfd }) => {
    fdatasyncSync(nfd); // Data and length; nothing of Postgres depends on a file's times.
    return 0;
  };
}
