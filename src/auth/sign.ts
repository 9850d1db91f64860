import { SignJWT } from "jose";

export interface TokenFields {
  readonly sub: string;
  readonly email?: string;
  readonly tenantId?: string;
  readonly ttlSeconds: number;
}

/** A token as the identity provider would issue it. */
export async function signToken(secret: string, fields: TokenFields): Promise<string> {
  const { sub, email, tenantId, ttlSeconds } = fields;
  return await new SignJWT({
    ...(email ? { email } : {}),
    ...(tenantId ? { tenant_id: tenantId } : {}),
    role: "authenticated",
  })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + ttlSeconds)
    .sign(new TextEncoder().encode(secret));
}
