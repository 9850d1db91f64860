import { AppError, type ErrorCode, messageOf, PermanentError } from "../error.ts";
import { assertionOf, readServiceAccount } from "./service-account.ts";

/** Which of Google's services the token is for, and what is said where the key does not open it. */
export interface TokenPurpose {
  /** A service account's key file, and the setting that names it. */
  readonly keyPath: string;
  readonly setting: string;
  readonly scope: string;
  /** As in "Google refuses the key for …". */
  readonly service: string;
  readonly refusal: ErrorCode;
}

interface Token {
  readonly value: string;
  readonly usableSeconds: number;
}

interface Held {
  readonly token: Promise<string>;
  /** Not there while the token is on its way. */
  value?: string;
  /** Endless while the token is on its way. */
  usableUntilMs: number;
}

interface TokenAnswer {
  readonly access_token?: string;
  readonly expires_in?: number;
}

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TOKEN_TIMEOUT_MS = 15_000;
/** A token is renewed so long before it expires: a call that takes minutes must not outlive it. */
const RENEW_EARLY_SECONDS = 300;

/** Access tokens for Google's APIs by a service account's key (RFC 7523), each kept until it is nearly expired. */
export class AccessToken {
  #held: Held | undefined;

  constructor(private readonly purpose: TokenPurpose) {}

  /**
   * @throws PermanentError with the purpose's code if the key is unusable or refused
   * @throws AppError `unavailable` if the token endpoint cannot be reached now
   */
  async get(): Promise<string> {
    // Calls that come together share one request.
    if (!this.#held || Date.now() >= this.#held.usableUntilMs) this.#held = this.#hold();
    const held = this.#held;
    try {
      return await held.token;
    } catch (error) {
      if (this.#held === held) this.#held = undefined;
      throw error;
    }
  }

  /** Forgets this token: the API has refused it before its time. One that has replaced it stays. */
  forget(token: string): void {
    if (this.#held?.value === token) this.#held = undefined;
  }

  #hold(): Held {
    const request = this.#request();
    const held: Held = { usableUntilMs: Number.POSITIVE_INFINITY, token: request.then(receive) };
    function receive({ value, usableSeconds }: Token): string {
      held.value = value;
      held.usableUntilMs = Date.now() + usableSeconds * 1000;
      return value;
    }
    return held;
  }

  async #request(): Promise<Token> {
    const { url, assertion } = await this.#sign();
    const response = await post(url, new URLSearchParams({ grant_type: GRANT_TYPE, assertion }));
    const answer = await response.text();
    if (response.status === 429 || response.status >= 500) {
      throw new AppError("unavailable", "Google's token service is busy.");
    }
    if (!response.ok) throw this.#refused(`HTTP ${response.status} ${answer.slice(0, 200)}`);
    return tokenOf(answer);
  }

  async #sign(): Promise<{ url: string; assertion: string }> {
    const { keyPath, setting, scope, service, refusal } = this.purpose;
    const account = await readServiceAccount(keyPath).catch((cause: unknown) => {
      const sentence = `The key file for ${service} (${setting}) is not a service account's key.`;
      throw new PermanentError(refusal, sentence, { cause });
    });
    const assertion = await assertionOf(account, scope).catch((error: unknown) => {
      throw this.#refused(messageOf(error));
    });
    return { url: account.token_uri, assertion };
  }

  #refused(why: string): PermanentError {
    const { service, refusal } = this.purpose;
    const cause = new Error(why);
    return new PermanentError(refusal, `Google refuses the key for ${service}.`, { cause });
  }
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
