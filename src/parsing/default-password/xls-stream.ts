import { createHash } from "node:crypto";
import { recordsOf } from "../table/xls-records.ts";
import { DEFAULT_PASSWORD, DEFAULT_PASSWORD_BYTES, littleEndian } from "./password.ts";
import { Rc4 } from "./rc4.ts";

const FILE_PASS = 0x2f;
/** The end of a list that nobody needs: a record that every reader passes over. */
const PASSED_OVER = 0xe2;
const SHEET = 0x85;
/** Where a sheet begins stands in clear before its name. */
const SHEET_CLEAR_BYTES = 4;
/** BOF, FilePass, UsrExcl, FileLock, InterfaceHdr, RRDInfo, RRDHead. */
const CLEAR = new Set([0x809, FILE_PASS, 0x194, 0x195, 0xe1, 0x196, 0x138]);
/** RC4 begins anew, with another key, after so many. */
const BLOCK_BYTES = 1024;
const UNICODE_BIFF = 0x600;

/** What a byte at a place of the stream is in clear, in a record of a length. */
type Decrypt = (byte: number, place: number, length: number) => number;

/**
 * The stream of an old Excel workbook, in clear if Excel's default password encrypted it, and as it is if nothing did;
 * undefined if another password did.
 * @throws Error if it is damaged
 * Source: MS-OFFCRYPTO 2.3.5 to 2.3.7, MS-XLS 2.2.10.
 */
export function unlockedStream(stream: Uint8Array): Uint8Array | undefined {
  const clear = Buffer.from(stream);
  let decrypt: Decrypt | undefined;
  let isUnicode = true;
  for (const { kind, start, end, at } of recordsOf(clear)) {
    // The headers of records stand in clear.
    if (at === 0) isUnicode = clear.readUInt16LE(start) >= UNICODE_BIFF;
    if (kind === FILE_PASS && !decrypt) {
      decrypt = decrypterOf(clear.subarray(start, end), isUnicode);
      if (!decrypt) return undefined;
      clear.writeUInt16LE(PASSED_OVER, at);
    } else if (decrypt && !CLEAR.has(kind)) {
      const from = kind === SHEET ? start + SHEET_CLEAR_BYTES : start;
      for (let place = from; place < end; place++)
        clear[place] = decrypt(clear[place] ?? 0, place, end - start);
    }
  }
  return decrypt ? clear : stream;
}

function decrypterOf(pass: Buffer, isUnicode: boolean): Decrypt | undefined {
  if (!isUnicode) return byXor(pass);
  if (pass.readUInt16LE(0) === 0) return byXor(pass.subarray(2));
  const keyOf = pass.readUInt16LE(2) === 1 ? rc4Key(pass) : cryptoApiKey(pass);
  return keyOf && byRc4(keyOf);
}

type KeyOfBlock = (block: number) => Buffer;

/** RC4 with 40 bits. */
function rc4Key(pass: Buffer): KeyOfBlock | undefined {
  const salt = pass.subarray(6, 22);
  const secret = digest("md5", DEFAULT_PASSWORD_BYTES).subarray(0, 5);
  const salted = Buffer.concat(Array.from({ length: 16 }, () => [secret, salt]).flat());
  const base = digest("md5", salted).subarray(0, 5);
  const keyOf = (block: number) => digest("md5", base, littleEndian(block));
  return isRight(keyOf, "md5", pass.subarray(22, 38), pass.subarray(38, 54)) ? keyOf : undefined;
}

/** RC4 with up to 128 bits. */
function cryptoApiKey(pass: Buffer): KeyOfBlock | undefined {
  const headerBytes = pass.readUInt32LE(10);
  const header = pass.subarray(14, 14 + headerBytes);
  const verifier = pass.subarray(14 + headerBytes);
  const keyBytes = (header.readUInt32LE(16) || 40) / 8;
  const base = digest("sha1", verifier.subarray(4, 20), DEFAULT_PASSWORD_BYTES);
  const keyOf = (block: number) => {
    const key = digest("sha1", base, littleEndian(block)).subarray(0, keyBytes);
    // Of 40 bits, the others are nought.
    return keyBytes === 5 ? Buffer.concat([key, Buffer.alloc(11)]) : key;
  };
  const [input, expected] = [verifier.subarray(20, 36), verifier.subarray(40, 60)];
  return isRight(keyOf, "sha1", input, expected) ? keyOf : undefined;
}

function isRight(keyOf: KeyOfBlock, hash: string, input: Buffer, expected: Buffer): boolean {
  const rc4 = new Rc4(keyOf(0));
  return digest(hash, rc4.decrypt(input)).equals(rc4.decrypt(expected));
}

/** The places of records' headers count, though these stand in clear. */
function byRc4(keyOf: KeyOfBlock): Decrypt {
  let block = -1;
  let bytes: Uint8Array = new Uint8Array();
  return (byte, place) => {
    const blockHere = Math.floor(place / BLOCK_BYTES);
    if (blockHere !== block) bytes = new Rc4(keyOf(blockHere)).decrypt(new Uint8Array(BLOCK_BYTES));
    block = blockHere;
    return byte ^ (bytes[place % BLOCK_BYTES] ?? 0);
  };
}

/** What the oldest way makes of the password, two bytes each: its key, and what tells whether it is right. */
const XOR_KEY = 0xb359;
const XOR_VERIFIER = 0x9a0a;
/** It fills the password up to 16 bytes with this one. */
const XOR_FILLER = "\xbb";

function byXor(pass: Buffer): Decrypt | undefined {
  if (pass.readUInt16LE(0) !== XOR_KEY || pass.readUInt16LE(2) !== XOR_VERIFIER) return undefined;
  const bytes = Buffer.from(DEFAULT_PASSWORD + XOR_FILLER, "latin1").map((byte, at) =>
    rotatedLeft(byte ^ (pass[at % 2] ?? 0), 2),
  );
  return (byte, place, length) => rotatedLeft(byte, 3) ^ (bytes[(place + length) % 16] ?? 0);
}

function rotatedLeft(byte: number, bits: number): number {
  return ((byte << bits) | (byte >> (8 - bits))) & 0xff;
}

function digest(name: string, ...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash(name);
  for (const part of parts) hash.update(part);
  return hash.digest();
}
