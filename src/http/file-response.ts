import type { StoredFile } from "../document/store.ts";
import { AppError } from "../error.ts";
import type { ByteRange, Storage } from "../storage/storage.ts";

/** The original bytes, whole or the range that was asked for. */
export async function fileResponse(
  storage: Storage,
  file: StoredFile,
  request: Request,
): Promise<Response> {
  const range = parseRange(request.headers.get("range"), file.sizeBytes);
  const body = await storage.read(file.storageKey, range);
  const length = range ? range.end - range.start + 1 : file.sizeBytes;
  return new Response(body, {
    status: range ? 206 : 200,
    headers: {
      "content-type": file.mimeType,
      "content-length": String(length),
      "content-disposition": attachment(file.originalFilename),
      "accept-ranges": "bytes",
      "x-content-type-options": "nosniff",
      ...(range ? { "content-range": `bytes ${range.start}-${range.end}/${file.sizeBytes}` } : {}),
    },
  });
}

/**
 * One range of RFC 9110; what is malformed or several is ignored, as the RFC allows.
 * @throws AppError `range_not_satisfiable` for one that starts beyond the end
 */
function parseRange(header: string | null, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const last = size - 1;
  if (match[1] === "")
    return satisfiable({ start: Math.max(0, size - Number(match[2])), end: last }, size);
  const start = Number(match[1]);
  const end = match[2] === "" ? last : Math.min(Number(match[2]), last);
  if (match[2] !== "" && Number(match[2]) < start) return undefined;
  return satisfiable({ start, end }, size);
}

function satisfiable(range: ByteRange, size: number): ByteRange {
  if (range.start < size && range.start <= range.end) return range;
  throw new AppError("range_not_satisfiable", `The file has ${size} bytes.`);
}

/** RFC 6266: the plain form for old clients, the encoded one for all others. */
function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
