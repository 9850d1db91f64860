import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from "jose";

/** What a token claims; `exp` defaults to an hour from now. */
export type Claims = JWTPayload & {
  readonly email?: string;
  readonly tenant_id?: string;
  readonly app_metadata?: { readonly tenant_id?: string };
};

/** The secret that every set-up of the tests has as SUPABASE_JWT_SECRET. */
export const JWT_SECRET = "a secret that only these tests know, 48 bytes long";

const HOUR_SECONDS = 3_600;

/** The present moment in seconds since 1970, moved by `offset` seconds. */
export function secondsFromNow(offset: number): number {
  return Math.floor(Date.now() / 1_000) + offset;
}

/** An HS256 token as Supabase signs it. */
export function signHs256(
  claims: Claims,
  secret: string | Uint8Array = JWT_SECRET,
): Promise<string> {
  const key = typeof secret === "string" ? new TextEncoder().encode(secret) : secret;
  return payload(claims).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(key);
}

/** A token that claims to need no signature. */
export function unsigned(claims: Claims): string {
  const parts = [
    { alg: "none", typ: "JWT" },
    { exp: secondsFromNow(HOUR_SECONDS), ...claims },
  ];
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.`;
}

/** A key pair of an identity provider. */
export interface SigningKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  /** The public key in PEM, which an attacker may use as an HMAC secret. */
  readonly publicPem: string;
  sign(claims: Claims): Promise<string>;
}

export async function signingKey(alg: "RS256" | "ES256", kid: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    kid,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" },
    publicPem: await exportSPKI(publicKey),
    sign: (claims) => signWith(privateKey, { alg, kid }, claims),
  };
}

function signWith(
  key: CryptoKey,
  header: { alg: string; kid: string },
  claims: Claims,
): Promise<string> {
  return payload(claims)
    .setProtectedHeader({ ...header, typ: "JWT" })
    .sign(key);
}

function payload(claims: Claims): SignJWT {
  return new SignJWT({ exp: secondsFromNow(HOUR_SECONDS), ...claims });
}

/** An identity provider's key set over HTTP; keys may be added and withdrawn while it serves. */
export interface JwksServer {
  readonly url: string;
  /** How often the set was fetched. */
  fetches(): number;
  publish(...keys: SigningKey[]): void;
  stop(): Promise<void>;
}

export function startJwks(): JwksServer {
  let keys: JWK[] = [];
  let fetches = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => {
      fetches += 1;
      return Response.json({ keys });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/auth/v1/.well-known/jwks.json`,
    fetches: () => fetches,
    publish: (...added) => {
      keys = [...keys, ...added.map((key) => key.publicJwk)];
    },
    stop: () => server.stop(true),
  };
}
