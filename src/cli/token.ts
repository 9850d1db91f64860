import { parseArgs } from "node:util";
import { generatedSecret } from "../auth/generated-secret.ts";
import { signToken } from "../auth/sign.ts";
import type { Config } from "../config.ts";
import { AppError, messageOf } from "../error.ts";
import { isUuid } from "../uuid.ts";

const TTL_SECONDS = 3_600;
const TTL_SECONDS_MAX = 10 * 365 * 24 * 3_600;

/**
 * `token --sub UUID [--email --tenant --ttl]`.
 * @returns a JWT that an engine with these settings accepts
 * @throws AppError `invalid_request` for wrong arguments
 */
export async function tokenVerb(args: readonly string[], config: Config): Promise<string> {
  const { sub, email, tenant, ttl } = readArguments(args);
  if (!isUuid(sub)) throw new AppError("invalid_request", "token needs --sub with a user's UUID.");
  const ttlSeconds = ttl === undefined ? TTL_SECONDS : Number(ttl);
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > TTL_SECONDS_MAX)
    throw new AppError("invalid_request", "--ttl must be a whole number of seconds, 1 or more.");
  if (!config.jwtSecret && config.jwksUrl)
    throw new AppError(
      "invalid_request",
      "token signs with SUPABASE_JWT_SECRET, but only SUPABASE_JWKS_URL is set.",
    );
  const secret = config.jwtSecret ?? (await generatedSecret(config.dataDir));
  return await signToken(secret, {
    sub,
    ttlSeconds,
    ...(email ? { email } : {}),
    ...(tenant ? { tenantId: tenant } : {}),
  });
}

function readArguments(args: readonly string[]) {
  try {
    const string = { type: "string" } as const;
    return parseArgs({
      args: [...args],
      options: { sub: string, email: string, tenant: string, ttl: string },
    }).values;
  } catch (error) {
    throw new AppError("invalid_request", `${messageOf(error)}.`, { cause: error });
  }
}
