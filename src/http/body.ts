import { AppError } from "../error.ts";

/** No JSON that the API takes comes near. */
const JSON_BYTES_MAX = 1024 * 1024;

/**
 * Reads a JSON body, no further than its bound.
 * @throws AppError `request_too_large` or `invalid_json`
 */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request);
  if (text.trim() === "") throw new AppError("invalid_json", "The request needs a JSON body.");
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new AppError("invalid_json", "The body is not valid JSON.", { cause: error });
  }
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (!request.body) return "";
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    size += chunk.byteLength;
    if (size > JSON_BYTES_MAX)
      throw new AppError("request_too_large", "A JSON body must not be larger than 1 MB.");
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/**
 * Text that PostgreSQL can store: no NUL, no half of a surrogate pair.
 * @throws AppError `invalid_request` naming the field
 */
export function storable(field: string, text: string): string {
  if (text.includes("\0"))
    throw new AppError("invalid_request", `The field '${field}' must not contain NUL characters.`);
  return text.toWellFormed();
}

/** @throws AppError `invalid_request` for a text that is blank */
export function nonBlank(field: string, text: string): string {
  if (text.trim() === "")
    throw new AppError("invalid_request", `The field '${field}' must not be empty.`);
  return storable(field, text);
}
