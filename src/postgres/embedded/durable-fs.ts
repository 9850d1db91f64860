import { fdatasyncSync } from "node:fs";
import type { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

type ModuleOptions = Parameters<NodeFS["init"]>[1];

/** The part of the Emscripten module that says how an open file of the host behaves. */
interface HostFiles {
  NODEFS: { stream_ops: { fsync?: (stream: { nfd: number }) => number } };
}

/**
 * The host's file system with a sync that syncs. PGlite's own answers `fsync` without asking the disk,
 * so that a power cut could lose what a client was told is stored; its `fdatasync` is hard-wired to do
 * nothing, hence `wal_sync_method=fsync` among the start parameters.
 *
 * It is also where a panic of Postgres (a full disk under its log, say) can be heard: PGlite would
 * swallow it and go round in circles.
 */
export class DurableFS extends NodeFS {
  constructor(
    dataDir: string,
    private readonly onPanic: () => void,
  ) {
    super(dataDir);
  }

  override async init(pg: PGlite, options: ModuleOptions): ReturnType<NodeFS["init"]> {
    const { emscriptenOpts } = await super.init(pg, options);
    const preRun = emscriptenOpts.preRun ?? [];
    return {
      emscriptenOpts: {
        ...emscriptenOpts,
        onAbort: this.onPanic,
        preRun: [...preRun, syncForReal],
      },
    };
  }
}

function syncForReal({ NODEFS }: HostFiles): void {
  NODEFS.stream_ops.fsync = ({ nfd }) => {
    fdatasyncSync(nfd); // Data and length; nothing of Postgres depends on a file's times.
    return 0;
  };
}
