import { join } from "node:path";
import { exportPKCS8, exportSPKI, generateKeyPair, importSPKI, jwtVerify } from "jose";

/** Stands in for Google's token endpoint (RFC 7523), and gives out a service account's key for it. */
export class FakeGoogle {
  /** Tokens granted so far: `token-1`, `token-2`, … */
  tokens = 0;
  expiresInSeconds = 3600;
  readonly #keys = generateKeyPair("RS256", { extractable: true });

  /** @param scope the only one that is granted */
  constructor(
    private readonly folder: string,
    private readonly scope: string,
  ) {}

  /** Answers `POST /token`. */
  async grant(request: Request): Promise<Response> {
    const form = new URLSearchParams(await request.text());
    const key = await importSPKI(await exportSPKI((await this.#keys).publicKey), "RS256");
    const { payload } = await jwtVerify(form.get("assertion") ?? "", key, {
      audience: request.url,
    });
    const known =
      form.get("grant_type") === "urn:ietf:params:oauth:grant-type:jwt-bearer" &&
      payload.iss === "reader@project.example" &&
      payload["scope"] === this.scope;
    if (!known) return Response.json({ error: "invalid_grant" }, { status: 400 });
    this.tokens++;
    return Response.json({
      access_token: `token-${this.tokens}`,
      expires_in: this.expiresInSeconds,
      token_type: "Bearer",
    });
  }

  /** @returns the path of a key file for the token endpoint at `endpoint` */
  async keyFile(endpoint: string, overrides: Record<string, string> = {}): Promise<string> {
    const path = join(this.folder, `${Math.random()}.json`);
    const key = {
      type: "service_account",
      project_id: "my-project",
      client_email: "reader@project.example",
      private_key: await exportPKCS8((await this.#keys).privateKey),
      private_key_id: "key-1",
      token_uri: `${endpoint}/token`,
    };
    await Bun.write(path, JSON.stringify({ ...key, ...overrides }));
    return path;
  }
}
