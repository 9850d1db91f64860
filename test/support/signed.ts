/** What an identifier stands for (RFC 5652): of what is signed, encrypted, or neither. */
export const KIND = {
  signed: "06092a864886f70d010702",
  encrypted: "06092a864886f70d010703",
  data: "06092a864886f70d010701",
} as const;

type Part = (tag: string, content: string) => string;

/** A part of known length (DER). */
const der: Part = (tag, content) => {
  const length = (content.length / 2).toString(16).padStart(8, "0");
  return `${tag}84${length}${content}`;
};

/** A part of unknown length (BER), as programs write it that do not wait for the end. */
const ber: Part = (tag, content) => `${tag}80${content}0000`;

/** Bytes with a signature around them, though without the signature itself. */
export function signed(content: Uint8Array, kind: string = KIND.signed): Buffer {
  return around(der, der("04", Buffer.from(content).toString("hex")), kind);
}

/** The same in pieces whose sizes are not told beforehand. */
export function signedInPieces(content: Uint8Array): Buffer {
  const hex = Buffer.from(content).toString("hex");
  const pieces = [hex.slice(0, 40), hex.slice(40)].map((piece) => der("04", piece)).join("");
  return around(ber, ber("24", pieces), KIND.signed);
}

/** A signature alone, of something that lies elsewhere. */
export function detached(): Buffer {
  return around(der, "", KIND.signed);
}

function around(part: Part, octets: string, kind: string): Buffer {
  const holder = part("30", KIND.data + (octets && part("a0", octets)));
  return Buffer.from(part("30", kind + part("a0", part("30", `0201013100${holder}`))), "hex");
}
