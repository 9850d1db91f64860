import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyResult } from "jose";
import { AppError } from "../error.ts";
import { isUuid } from "../uuid.ts";

/** Who calls, as their token says. */
export interface Caller {
  readonly userId: string;
  readonly tenantId: string;
  readonly email: string | null;
  /** The provider's session that the token was issued in; null where it names none. */
  readonly sessionId: string | null;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

export interface VerifierOptions {
  readonly secret?: string;
  readonly jwksUrl?: string;
}

const SESSION_ID_CHARACTERS_MAX = 128;
/** It becomes part of a channel's name. */
const TENANT_ID = /^[\w.:@-]{1,128}$/;

type Check = (token: string) => Promise<JWTVerifyResult>;

export const LEEWAY_SECONDS = 60;
const JWKS_TIMEOUT_MS = 5_000;
/** How soon an unknown `kid` may cause another fetch of the keys. */
const JWKS_COOLDOWN_MS = 2_000;

/**
 * Checks tokens. Each configured key is bound to its own algorithms, so a token cannot choose how it is
 * checked: `none` and an HS256 signature made with a public key are refused.
 */
export class Verifier {
  readonly #checks: readonly Check[];

  constructor({ secret, jwksUrl }: VerifierOptions) {
    const checks: Check[] = [];
    if (secret) {
      const key = new TextEncoder().encode(secret);
      checks.push((token) => verify(token, (given) => jwtVerify(given, key, options(["HS256"]))));
    }
    if (jwksUrl) {
      const keys = createRemoteJWKSet(new URL(jwksUrl), {
        timeoutDuration: JWKS_TIMEOUT_MS,
        cooldownDuration: JWKS_COOLDOWN_MS,
      });
      checks.push((token) =>
        verify(token, (given) => jwtVerify(given, keys, options(["RS256", "ES256"]))),
      );
    }
    this.#checks = checks;
  }

  /** @throws AppError `unauthorized`, or `unavailable` when the public keys cannot be fetched */
  async verify(token: string): Promise<Caller> {
    let reason: unknown;
    for (const check of this.#checks) {
      try {
        return callerOf((await check(token)).payload);
      } catch (error) {
        // The answer of the key whose algorithm the token names is the one to give.
        if (!(error instanceof errors.JOSEAlgNotAllowed)) reason = error;
      }
    }
    if (reason instanceof AppError) throw reason;
    throw unauthorized("The token is not valid.", reason);
  }
}

function options(algorithms: string[]) {
  return { algorithms, clockTolerance: LEEWAY_SECONDS, requiredClaims: ["exp", "sub"] };
}

async function verify(token: string, check: Check): Promise<JWTVerifyResult> {
  try {
    return await check(token);
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw unauthorized("The token has expired.", error);
    if (error instanceof errors.JWKSTimeout || isFetchFailure(error))
      throw new AppError("unavailable", "The keys that check tokens cannot be fetched.", {
        cause: error,
      });
    throw error;
  }
}

/** What is no error of jose's own came from the network. */
function isFetchFailure(error: unknown): boolean {
  return (
    !(error instanceof errors.JOSEError) ||
    (error.constructor === errors.JOSEError && /JSON Web Key Set|200 OK/.test(error.message))
  );
}

function callerOf(claims: JWTPayload): Caller {
  const { sub, exp } = claims;
  if (!isUuid(sub)) throw unauthorized("The token's subject is not a user id.");
  const { email } = claims;
  return {
    userId: sub.toLowerCase(),
    tenantId: tenantOf(claims) ?? sub.toLowerCase(),
    email: typeof email === "string" ? email : null,
    sessionId: sessionOf(claims),
    expiresAtMs: (exp ?? 0) * 1000,
  };
}

function tenantOf(claims: JWTPayload): string | undefined {
  const own = claims["tenant_id"];
  const metadata = claims["app_metadata"];
  const nested =
    typeof metadata === "object" && metadata !== null && "tenant_id" in metadata
      ? metadata.tenant_id
      : undefined;
  const tenant = own ?? nested;
  if (tenant === undefined || tenant === null) return undefined;
  if (typeof tenant !== "string" || !TENANT_ID.test(tenant))
    throw unauthorized("The token's tenant is not a tenant id.");
  return tenant;
}

function sessionOf(claims: JWTPayload): string | null {
  const session = claims["session_id"] ?? null;
  if (session === null) return null;
  // One that cannot be looked up could not be ended either.
  if (typeof session !== "string" || !session || session.length > SESSION_ID_CHARACTERS_MAX)
    throw unauthorized("The token's session is not a session id.");
  return session;
}

export function unauthorized(sentence: string, cause?: unknown): AppError {
  return new AppError("unauthorized", sentence, { cause });
}
