import { AppError, PermanentError } from "../error.ts";
import { AccessToken } from "../google/access-token.ts";

export interface DocumentAiOptions {
  readonly projectId: string;
  /** `us`, `eu`, or a region. */
  readonly location: string;
  readonly processorId: string;
  /** A service account's key file. */
  readonly credentialsPath: string;
  /** Where the API is, if not at Google: scheme and host. */
  readonly endpoint?: string;
}

export interface OcrResult {
  /** The text of each page, in order. */
  readonly pages: readonly string[];
  /** The answer as it came, JSON. */
  readonly raw: string;
}

/** The parts of v1 `ProcessResponse` that matter here; indices are int64, so JSON strings, and 0 is left out. */
interface ProcessResponse {
  readonly document?: {
    readonly text?: string;
    readonly pages?: readonly { readonly layout?: { readonly textAnchor?: TextAnchor } }[];
  };
}

interface TextAnchor {
  readonly textSegments?: readonly { readonly startIndex?: string; readonly endIndex?: string }[];
}

interface ApiError {
  readonly message?: string;
  readonly details?: readonly {
    readonly reason?: string;
    readonly metadata?: Readonly<Record<string, string>>;
  }[];
}

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
/** A page takes a second or two, and a call may bring thirty. */
const PROCESS_TIMEOUT_MS = 180_000;
/** What an online request may carry. */
const CONTENT_BYTES_MAX = 40 * 1024 * 1024;

/** Google Document AI's OCR over REST, v1 `processors.process`. */
export class DocumentAiClient {
  readonly #url: string;
  readonly #token: AccessToken;

  constructor({ projectId, location, processorId, credentialsPath, endpoint }: DocumentAiOptions) {
    const host = endpoint ?? `https://${location}-documentai.googleapis.com`;
    const name = ["projects", projectId, "locations", location, "processors", processorId];
    this.#url = `${host}/v1/${name.map(encodeURIComponent).join("/")}:process`;
    this.#token = new AccessToken({
      keyPath: credentialsPath,
      setting: "GCP_CREDENTIALS_PATH",
      scope: SCOPE,
      service: "Google Document AI",
      refusal: "parse_failed",
    });
  }

  /**
   * Reads an image or a scanned PDF.
   *
   * @throws PermanentError `parse_failed` if the file or the set-up is refused, such as for its pages
   * @throws AppError `unavailable` if the service is busy, down or out of reach
   */
  async process(content: Uint8Array, mimeType: string, signal: AbortSignal): Promise<OcrResult> {
    if (content.length > CONTENT_BYTES_MAX) throw tooLarge();
    const body = JSON.stringify({
      rawDocument: { content: Buffer.from(content).toString("base64"), mimeType },
      skipHumanReview: true,
      // Without the pages' pictures in the answer, twice as many pages are allowed.
      imagelessMode: true,
    });
    const response = await this.#post(body, signal);
    const raw = await readBody(response, signal);
    if (!response.ok) throw errorOf(response.status, raw);
    return { pages: pagesOf(raw), raw };
  }

  async #post(body: string, signal: AbortSignal): Promise<Response> {
    const token = await this.#token.get();
    const first = await this.#postOnce(body, token, signal);
    if (first.status !== 401) return first;
    await first.body?.cancel();
    this.#token.forget(token);
    return await this.#postOnce(body, await this.#token.get(), signal);
  }

  async #postOnce(body: string, token: string, signal: AbortSignal): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const either = AbortSignal.any([signal, AbortSignal.timeout(PROCESS_TIMEOUT_MS)]);
    try {
      return await fetch(this.#url, { method: "POST", headers, body, signal: either });
    } catch (error) {
      throw unreachable(signal, error);
    }
  }
}

async function readBody(response: Response, signal: AbortSignal): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw unreachable(signal, error);
  }
}

function unreachable(signal: AbortSignal, cause: unknown): AppError {
  const sentence = signal.aborted
    ? "Reading the file was interrupted."
    : "Google Document AI cannot be reached.";
  return new AppError("unavailable", sentence, { cause });
}

function pagesOf(raw: string): string[] {
  const answer = parseJson(raw) as ProcessResponse | undefined;
  if (!answer) throw new AppError("unavailable", "Google Document AI gave no proper answer.");
  const { text = "", pages } = answer.document ?? {};
  if (!pages || pages.length === 0) return [text];
  const slice = slicerOf(text);
  return pages.map(({ layout }) =>
    (layout?.textAnchor?.textSegments ?? [])
      .map(({ startIndex = "0", endIndex = "0" }) => slice(Number(startIndex), Number(endIndex)))
      .join("")
      .trimEnd(),
  );
}

/** Google counts characters, JavaScript UTF-16 units: beyond the basic plane they differ. */
function slicerOf(text: string): (start: number, end: number) => string {
  if (!/[\ud800-\udfff]/.test(text)) return (start, end) => text.slice(start, end);
  const characters = [...text];
  return (start, end) => characters.slice(start, end).join("");
}

function errorOf(status: number, raw: string): AppError {
  if (status === 429) return new AppError("unavailable", "Google Document AI has too much to do.");
  if (status === 408 || status >= 500) {
    return new AppError("unavailable", `Google Document AI is out of order (HTTP ${status}).`);
  }
  const error = (parseJson(raw) as { error?: ApiError } | undefined)?.error ?? {};
  return new PermanentError("parse_failed", refusalOf(status, error));
}

function refusalOf(status: number, { message = "", details = [] }: ApiError): string {
  const pageLimit = details.find(({ reason }) => reason === "PAGE_LIMIT_EXCEEDED");
  if (pageLimit || /pages? .*exceed/i.test(message)) {
    const limit = pageLimit?.metadata?.["page_limit"] ?? /limit:? (\d+)/i.exec(message)?.[1];
    return `The scan has more pages than Google Document AI reads at once${limit ? ` (${limit})` : ""}; split it, and upload the parts.`;
  }
  if (status === 401 || status === 403) return "Google Document AI does not let this key in.";
  if (status === 404) return "Google Document AI does not know the configured processor.";
  return `Google Document AI refuses the file: ${message.split("\n")[0]?.slice(0, 200) || `HTTP ${status}`}`;
}

function tooLarge(): PermanentError {
  const mb = CONTENT_BYTES_MAX / 1024 / 1024;
  return new PermanentError(
    "parse_failed",
    `The scan is larger than the ${mb} MB that Google Document AI reads at once; save it smaller, and upload that.`,
  );
}

/** Undefined for what is no JSON, such as a proxy's page of HTML. */
function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return undefined;
  }
}
