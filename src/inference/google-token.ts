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
  readonly usableUntilMs: number;
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
  #token: Promise<Token> | undefined;

  constructor(keyPath: string) {
    this.#keyPath = keyPath;
  }

  /**
   * @throws PermanentError `parse_failed` if the key is unusable or refused
   * @throws AppError `unavailable` if the token endpoint cannot be reached now
   */
  async get(): Promise<string> {
    const known = await this.#token?.catch(() => undefined);
    if (known && known.usableUntilMs > Date.now()) return known.value;
    // Calls that come together share one request.
    const fresh = (this.#token = requestToken(this.#keyPath));
    return (await fresh).value;
  }

  /** Forgets the token: the API has refused it before its time. */
  forget(): void {
    this.#token = undefined;
  }
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
    const key: Partial<KeyFile> = await Bun.file(path).json();
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
    const { access_token, expires_in }: { access_token?: string; expires_in?: number } =
      JSON.parse(answer);
    if (!access_token) throw new Error("There is no access_token.");
    const usableSeconds = Math.max(0, (expires_in ?? 0) - RENEW_EARLY_SECONDS);
    return { value: access_token, usableUntilMs: Date.now() + usableSeconds * 1000 };
  } catch (error) {
    throw new AppError("unavailable", "Google's token service gave no token.", { cause: error });
  }
}

function refused(why: string): PermanentError {
  return new PermanentError("parse_failed", "Google refuses the key for Document AI.", {
    cause: new Error(why),
  });
}
