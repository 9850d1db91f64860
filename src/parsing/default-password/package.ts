import { createDecipheriv, createHash } from "node:crypto";
import { attributeOf, descendantsOf, type Element, parseXml } from "../markup.ts";
import { DEFAULT_PASSWORD_BYTES, littleEndian } from "./password.ts";

/** Excel hashes a password 100,000 times; a file may ask for so many that it never ends. */
const ROUNDS_MAX = 1_000_000;
const STANDARD_ROUNDS = 50_000;
/** An encrypted package is cut into pieces that each begin anew. */
const SEGMENT_BYTES = 4096;
const SIZE_BYTES = 8;
const AES_BLOCK_BYTES = 16;
const HASHES = new Set(["sha1", "sha256", "sha384", "sha512"]);
/** What the key of each purpose is mixed with (MS-OFFCRYPTO 2.3.4.13). */
const PURPOSES = {
  verifierInput: "fea7d2763b4b9e79",
  verifierHash: "d7aa0f6d3061344e",
  key: "146e0be7abacd0d6",
} as const;

/**
 * The package within an encrypted document of Office since 2007, if Excel's default password opens it.
 * @param info the container's stream `EncryptionInfo`
 * @param content its stream `EncryptedPackage`
 * @throws Error if they are damaged
 * Source: MS-OFFCRYPTO 2.3.4, "standard" and "agile" encryption.
 */
export function unlockedPackage(info: Uint8Array, content: Uint8Array): Uint8Array | undefined {
  const decrypt = decrypterOf(Buffer.from(info));
  if (!decrypt || content.length < SIZE_BYTES) return undefined;
  const size = Buffer.from(content.subarray(0, SIZE_BYTES)).readUInt32LE();
  return decrypt(content.subarray(SIZE_BYTES)).subarray(0, size);
}

type Decrypt = (bytes: Uint8Array) => Uint8Array;

function decrypterOf(info: Buffer): Decrypt | undefined {
  const [major, minor] = [info.readUInt16LE(0), info.readUInt16LE(2)];
  if (minor === 2) return standard(info);
  return major === 4 && minor === 4 ? agile(info.toString("utf8", 8)) : undefined;
}

/** AES with one key throughout. */
function standard(info: Buffer): Decrypt | undefined {
  const headerBytes = info.readUInt32LE(8);
  const header = info.subarray(12, 12 + headerBytes);
  const verifier = info.subarray(12 + headerBytes);
  const cipher = `aes-${header.readUInt32LE(16)}-ecb`;
  const saltBytes = verifier.readUInt32LE(0);
  const salt = verifier.subarray(4, 4 + saltBytes);
  const [input, expected] = [verifier.subarray(20, 36), verifier.subarray(40, 72)];
  const hashed = hash("sha1", stretched("sha1", salt, STANDARD_ROUNDS), littleEndian(0));
  const mixed = (filler: number) =>
    hash(
      "sha1",
      Buffer.alloc(64, filler).map((byte, at) => byte ^ (hashed[at] ?? 0)),
    );
  const key = Buffer.concat([mixed(0x36), mixed(0x5c)]).subarray(0, header.readUInt32LE(16) / 8);
  const decrypt = (bytes: Uint8Array) => deciphered(cipher, key, null, bytes);
  const isRight = hash("sha1", decrypt(input)).equals(decrypt(expected).subarray(0, 20));
  return isRight ? decrypt : undefined;
}

/** AES with a key that is itself encrypted, by parameters in XML. */
function agile(xml: string): Decrypt | undefined {
  const tree = parseXml(xml, "spreadsheet");
  const [data] = descendantsOf(tree, "keydata");
  const [keyed] = descendantsOf(tree, "encryptedkey");
  if (!data || !keyed) return undefined;
  const of = parametersOf(keyed);
  const content = parametersOf(data);
  const rounds = Number(attributeOf(keyed, "spinCount"));
  if (!of || !content || !(rounds <= ROUNDS_MAX)) return undefined;
  const password = stretched(of.hash, of.salt, rounds);
  const opened = (name: string, purpose: string) => {
    const key = fitted(hash(of.hash, password, Buffer.from(purpose, "hex")), of.keyBytes);
    return deciphered(of.cipher, key, fitted(of.salt, AES_BLOCK_BYTES), base64Of(keyed, name));
  };
  const input = opened("encryptedVerifierHashInput", PURPOSES.verifierInput);
  const expected = opened("encryptedVerifierHashValue", PURPOSES.verifierHash);
  const reckoned = hash(of.hash, input);
  if (!reckoned.equals(expected.subarray(0, reckoned.length))) return undefined;
  const key = opened("encryptedKeyValue", PURPOSES.key).subarray(0, content.keyBytes);
  return (bytes) => bySegments(bytes, key, content);
}

interface Parameters {
  readonly hash: string;
  readonly cipher: string;
  readonly salt: Buffer;
  readonly keyBytes: number;
}

function parametersOf(element: Element): Parameters | undefined {
  const said = (name: string) => attributeOf(element, name) ?? "";
  const algorithm = said("hashAlgorithm").replace("-", "").toLowerCase();
  const keyBits = Number(said("keyBits"));
  const isKnown = said("cipherAlgorithm") === "AES" && [128, 192, 256].includes(keyBits);
  if (!isKnown || !HASHES.has(algorithm) || said("cipherChaining") !== "ChainingModeCBC")
    return undefined;
  return {
    hash: algorithm,
    cipher: `aes-${keyBits}-cbc`,
    salt: base64Of(element, "saltValue"),
    keyBytes: keyBits / 8,
  };
}

function bySegments(bytes: Uint8Array, key: Buffer, { cipher, hash: name, salt }: Parameters) {
  const whole = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += SEGMENT_BYTES) {
    const start = fitted(hash(name, salt, littleEndian(at / SEGMENT_BYTES)), AES_BLOCK_BYTES);
    whole.set(deciphered(cipher, key, start, bytes.subarray(at, at + SEGMENT_BYTES)), at);
  }
  return whole;
}

/** What is left of a block at the end says nothing: a stream may be cut short by its container. */
function deciphered(cipher: string, key: Buffer, start: Buffer | null, bytes: Uint8Array): Buffer {
  const whole = bytes.subarray(0, bytes.length - (bytes.length % AES_BLOCK_BYTES));
  const decipher = createDecipheriv(cipher, key, start).setAutoPadding(false);
  return Buffer.concat([decipher.update(whole), decipher.final()]);
}

/** A password, hashed so often that guessing takes long. */
function stretched(name: string, salt: Uint8Array, rounds: number): Buffer {
  let hashed = hash(name, salt, DEFAULT_PASSWORD_BYTES);
  for (let round = 0; round < rounds; round++) hashed = hash(name, littleEndian(round), hashed);
  return hashed;
}

function hash(name: string, ...parts: readonly Uint8Array[]): Buffer {
  const digest = createHash(name);
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/** Cut, or filled up, to a length in bytes. */
function fitted(bytes: Buffer, length: number): Buffer {
  const fit = Buffer.alloc(length, 0x36);
  bytes.copy(fit);
  return fit;
}

function base64Of(element: Element, name: string): Buffer {
  return Buffer.from(attributeOf(element, name) ?? "", "base64");
}
