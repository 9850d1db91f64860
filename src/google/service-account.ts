import { importPKCS8, SignJWT } from "jose";

/** The parts of a service account's key file that matter here. */
export interface ServiceAccount {
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id?: string;
  readonly token_uri: string;
  readonly project_id?: string;
}

const ASSERTION_LIFETIME = "1h";

/** @throws Error if the file is not there, or is no service account's key */
export async function readServiceAccount(path: string): Promise<ServiceAccount> {
  const account = (await Bun.file(path).json()) as Partial<ServiceAccount>;
  const { client_email, private_key, token_uri } = account;
  if (!client_email || !private_key || !token_uri) throw new Error("A field is missing.");
  return { ...account, client_email, private_key, token_uri };
}

/**
 * The signed wish for an access token (RFC 7523).
 * @throws Error if the private key is none
 */
export async function assertionOf(account: ServiceAccount, scope: string): Promise<string> {
  const header = {
    alg: "RS256",
    typ: "JWT",
    ...(account.private_key_id ? { kid: account.private_key_id } : {}),
  };
  return await new SignJWT({ scope })
    .setProtectedHeader(header)
    .setIssuer(account.client_email)
    .setAudience(account.token_uri)
    .setIssuedAt()
    .setExpirationTime(ASSERTION_LIFETIME)
    .sign(await importPKCS8(account.private_key, "RS256"));
}
