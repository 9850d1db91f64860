import { importPKCS8, SignJWT } from "jose";
import { AppError, messageOf, PermanentError } from "../error.ts";

/** The parts of a service account's key file that matter here. */
interface KeyFile {
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id?: string;
  readonly token_uri: string;
}

interface Token {
  readonly value: string;
  readonly usableSeconds: number;
}

interface Held {
  readonly token: Promise<string>;
  /** Endless while the token is on its way. */
  usableUntilMs: number;
}

interface TokenAnswer {
  readonly access_token?: string;
  readonly expires_in?: number;
}

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const ASSERTION_LIFETIME = "1h";
const TOKEN_TIMEOUT_MS = 15_000;
/** A token is renewed so long before it expires: a call that takes minutes must not outlive it. */
const RENEW_EARLY_SECONDS = 300;

/** Access tokens for Google's APIs by a service account's key (RFC 7523), each kept until it is nearly expired. */
export class GoogleToken {
  readonly #keyPath: string;
  #held: Held | undefined;

  constructor(keyPath: string) {
    this.#keyPath = keyPath;
  }

  /**
   * @throws PermanentError `parse_failed` if the key is unusable or refused
   * @throws AppError `unavailable` if the token endpoint cannot be reached now
   */
  async get(): Promise<string> {
    // Calls that come together share one request.
    if (!this.#held || Date.now() >= this.#held.usableUntilMs) this.#held = hold(this.#keyPath);
    const held = this.#held;
    try {
      return await held.token;
    } catch (error) {
      if (this.#held === held) this.#held = undefined;
      throw error;
    }
  }

  /** Forgets the token: the API has refused it before its time. */
  forget(): void {
    this.#held = undefined;
  }
}

function hold(keyPath: string): Held {
  const request = requestToken(keyPath);
  const held: Held = { usableUntilMs: Number.POSITIVE_INFINITY, token: request.then(receive) };
  function receive({ value, usableSeconds }: Token): string {
    held.usableUntilMs = Date.now() + usableSeconds * 1000;
    return value;
  }
  return held;
}

async function requestToken(keyPath: string): Promise<Token> {
  const key = await readKey(keyPath);
  const body = new URLSearchParams({ grant_type: GRANT_TYPE, assertion: await assertion(key) });
  const response = await post(key.token_uri, body);
  const answer = await response.text();
  if (response.status === 429 || response.status >= 500) {
    throw new AppError("unavailable", "Google's token service is busy.");
  }
  if (!response.ok) throw refused(`HTTP ${response.status} ${answer.slice(0, 200)}`);
  return tokenOf(answer);
}

async function post(url: string, body: URLSearchParams): Promise<Response> {
  try {
    return await fetch(url, {
      method: "POST",
      body,
      signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS),
    });
  } catch (error) {
    throw new AppError("unavailable", "Google's token service cannot be reached.", {
      cause: error,
    });
  }
}

async function readKey(path: string): Promise<KeyFile> {
  try {
    const key = (await Bun.file(path).json()) as Partial<KeyFile>;
    const { client_email, private_key, token_uri } = key;
    if (!client_email || !private_key || !token_uri) throw new Error("A field is missing.");
    return { ...key, client_email, private_key, token_uri };
  } catch (error) {
    throw new PermanentError(
      "parse_failed",
      "The key file for Google Document AI (GCP_CREDENTIALS_PATH) is not a service account's key.",
      { cause: error },
    );
  }
}

async function assertion(key: KeyFile): Promise<string> {
  try {
    const header = {
      alg: "RS256",
      typ: "JWT",
      ...(key.private_key_id ? { kid: key.private_key_id } : {}),
    };
    return await new SignJWT({ scope: SCOPE })
      .setProtectedHeader(header)
      .setIssuer(key.client_email)
      .setAudience(key.token_uri)
      .setIssuedAt()
      .setExpirationTime(ASSERTION_LIFETIME)
      .sign(await importPKCS8(key.private_key, "RS256"));
  } catch (error) {
    throw refused(messageOf(error));
  }
}

function tokenOf(answer: string): Token {
  try {
    const { access_token, expires_in } = JSON.parse(answer) as TokenAnswer;
    if (!access_token) throw new Error("There is no access_token.");
    const usableSeconds = Math.max(0, (expires_in ?? 0) - RENEW_EARLY_SECONDS);
    return { value: access_token, usableSeconds };
  } catch (error) {
    throw new AppError("unavailable", "Google's token service gave no token.", { cause: error });
  }
}

function refused(why: string): PermanentError {
  return new PermanentError("parse_failed", "Google refuses the key for Document AI.", {
    cause: new Error(why),
  });
}
