/**
 * Packs the character maps that PDF files may name without bringing them: `bun deploy/pack-cmaps.ts`.
 * What it makes is kept with the source, as it changes once in years.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packFiles } from "../src/parsing/pdf/cmaps/pack.ts";

const SOURCE = resolve(import.meta.dir, "../node_modules/pdfjs-dist/cmaps");
const TARGET = resolve(import.meta.dir, "../src/parsing/pdf/cmaps/cmaps.zst");

/** From character collections to Unicode, and all encodings that PDF knows by name (ISO 32000-2, table 116). */
const NAMES = [
  ..."Adobe-GB1-UCS2 Adobe-CNS1-UCS2 Adobe-Japan1-UCS2 Adobe-Korea1-UCS2 H V".split(" "),
  ..."GB-EUC GBpc-EUC GBK-EUC GBKp-EUC GBK2K UniGB-UCS2 UniGB-UTF16".split(" ").flatMap(bothWays),
  ..."B5 B5pc HKscs-B5 ETen-B5 ETenms-B5 CNS-EUC UniCNS-UCS2 UniCNS-UTF16"
    .split(" ")
    .flatMap(bothWays),
  ..."83pv-RKSJ 90ms-RKSJ 90msp-RKSJ 90pv-RKSJ Add-RKSJ EUC Ext-RKSJ RKSJ 78-RKSJ UniJIS-UCS2 UniJIS-UCS2-HW UniJIS-UTF16 UniJIS2004-UTF16"
    .split(" ")
    .flatMap(bothWays),
  ..."KSC-EUC KSCms-UHC KSCms-UHC-HW KSCpc-EUC UniKS-UCS2 UniKS-UTF16".split(" ").flatMap(bothWays),
];

const files = NAMES.map((name) => ({ name, path: join(SOURCE, `${name}.bcmap`) }))
  // Some encodings are written one way only.
  .filter(({ path }) => existsSync(path))
  .map(({ name, path }) => ({ name, bytes: new Uint8Array(readFileSync(path)) }));
writeFileSync(TARGET, packFiles(files));
console.log(`${files.length} maps in ${TARGET}`);

function bothWays(name: string): string[] {
  return [`${name}-H`, `${name}-V`];
}
