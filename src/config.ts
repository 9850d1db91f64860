import { resolve } from "node:path";
import { AppError } from "./error.ts";

const ROLES = ["all", "api", "parse", "ingest"] as const;
export type Role = (typeof ROLES)[number];

export interface S3Config {
  readonly endpoint?: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

export interface DocumentAiConfig {
  readonly projectId: string;
  readonly location: string;
  readonly processorId: string;
  readonly credentialsPath: string;
}

export interface LlmConfig {
  readonly apiKey: string;
  readonly baseUrl?: string;
  readonly model: string;
  readonly contextTokens: number;
}

export interface EmbeddingConfig {
  /** Root of an OpenAI-compatible endpoint, without a slash at its end. */
  readonly baseUrl: string;
  readonly model: string;
  readonly apiKey?: string;
}

export interface RerankConfig {
  readonly url: string;
  readonly model?: string;
  readonly apiKey?: string;
}

/** Each way to reach people who are away is there if it is configured. */
export interface PushConfig {
  readonly webhook?: WebhookConfig;
  readonly fcm?: FcmConfig;
  readonly oneSignal?: OneSignalConfig;
}

interface WebhookConfig {
  readonly url: string;
  /** `whsec_` and base64; more than one while they are being changed. */
  readonly secrets: readonly string[];
}

export interface FcmConfig {
  readonly credentialsPath: string;
  /** Without it, the project of the key file. */
  readonly projectId?: string;
  readonly endpoint: string;
}

interface OneSignalConfig {
  readonly appId: string;
  readonly apiKey: string;
  readonly endpoint: string;
}

/** Everything the engine is told from outside, checked. Nothing else reads the environment. */
export interface Config {
  readonly role: Role;
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  readonly s3?: S3Config;
  readonly jwtSecret?: string;
  readonly jwksUrl?: string;
  readonly documentAi?: DocumentAiConfig;
  readonly llm?: LlmConfig;
  readonly embedding?: EmbeddingConfig;
  readonly rerank?: RerankConfig;
  readonly push: PushConfig;
  readonly maxUploadBytes: number;
  readonly answerWaitSeconds: number;
  /** Calls in a minute; 0 for any number. */
  readonly rateLimits: { readonly userPerMinute: number; readonly tenantPerMinute: number };
  readonly shutdownSeconds: number;
  /** Guards `/metrics`; without it anybody may read them. */
  /** Where copies of events go: to one channel for all processes, or to that of the event's tenant. */
  readonly realtimeChannels: "shared" | "tenant";
  readonly metricsToken?: string;
  readonly parseMemoryMb: number;
  readonly parseDeadlineSeconds: number;
  readonly logLevel: LogLevel;
}

/** Bun lets no request be silent for longer than 255 s. */
const ANSWER_WAIT_SECONDS_MAX = 240;

const RATE_LIMIT_MAX = 1_000_000;

const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

interface Setting {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly about: string;
}

const OPENAI_BASE_URL = "https://api.openai.com/v1";
const FCM_ENDPOINT = "https://fcm.googleapis.com";
const ONESIGNAL_ENDPOINT = "https://api.onesignal.com";
/** As Standard Webhooks has it: a prefix, then 24 to 64 random bytes. */
const WEBHOOK_SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const WEBHOOK_SECRET_BYTES = { min: 24, max: 64 } as const;

/** Every setting, in the order in which `--help` and `.env.example` show them. */
export const SETTINGS = [
  { name: "ROLE", about: "all, api, parse or ingest (all)" },
  { name: "PORT", about: "HTTP port; 0 takes a free one (8000)" },
  { name: "HOST", about: "address to listen on (127.0.0.1; 0.0.0.0 for another role than all)" },
  { name: "DATA_DIR", about: "where the embedded parts keep their data (./data)" },
  {
    name: "DATABASE_URL",
    aliases: ["SUPABASE_DB_URL"],
    about: "PostgreSQL; without it an embedded one, for ROLE=all alone",
  },
  { name: "REDIS_URL", about: "Redis; without it an in-process bus, for ROLE=all alone" },
  {
    name: "S3_ENDPOINT",
    aliases: ["R2_ENDPOINT"],
    about: "S3-compatible storage; without S3 a folder",
  },
  { name: "S3_BUCKET", aliases: ["R2_BUCKET"], about: "its bucket" },
  { name: "S3_ACCESS_KEY_ID", aliases: ["R2_ACCESS_KEY_ID"], about: "its key" },
  { name: "S3_SECRET_ACCESS_KEY", aliases: ["R2_SECRET_ACCESS_KEY"], about: "its secret" },
  { name: "S3_REGION", aliases: ["R2_REGION"], about: "its region (auto)" },
  {
    name: "SUPABASE_JWT_SECRET",
    about: "HS256 secret; without it one is generated, for ROLE=all alone",
  },
  { name: "SUPABASE_JWKS_URL", about: "public keys for RS256 and ES256 tokens" },
  { name: "GCP_PROJECT_ID", about: "Google Document AI, for scans and images" },
  { name: "GCP_LOCATION", about: "its location (us)" },
  { name: "DOCAI_OCR_PROCESSOR_ID", about: "its OCR processor" },
  { name: "GCP_CREDENTIALS_PATH", about: "a service account's key file" },
  {
    name: "OPENAI_API_KEY",
    about: "any OpenAI-compatible endpoint; without it answers are extractive",
  },
  { name: "OPENAI_BASE_URL", about: "its address, where it is not OpenAI's" },
  { name: "RAG_LLM_MODEL", about: "its model (gpt-4o-mini)" },
  {
    name: "RAG_LLM_CONTEXT_TOKENS",
    about: "what the model can read and write at once; requests fill at most 70 % of it (8192)",
  },
  {
    name: "RAG_EMBEDDING_MODEL",
    about: "a model for embeddings: finds by meaning too; without it by words alone",
  },
  {
    name: "RAG_EMBEDDING_URL",
    about: "its OpenAI-compatible endpoint, where it is not OPENAI_BASE_URL's",
  },
  { name: "RAG_EMBEDDING_API_KEY", about: "that endpoint's key" },
  {
    name: "RAG_RERANK_URL",
    about: "an endpoint that reorders what was found, as of Jina, Cohere, TEI or vLLM",
  },
  { name: "RAG_RERANK_MODEL", about: "its model, where it serves more than one" },
  { name: "RAG_RERANK_API_KEY", about: "its key" },
  {
    name: "PUSH_WEBHOOK_URL",
    about: "a server of yours that tells people who are away, by signed POST (Standard Webhooks)",
  },
  {
    name: "PUSH_WEBHOOK_SECRET",
    about: "its secret, whsec_ and base64; two with a space between while it is being changed",
  },
  { name: "FCM_CREDENTIALS_PATH", about: "Firebase Cloud Messaging: a service account's key file" },
  { name: "FCM_PROJECT_ID", about: "its project (the key file's)" },
  { name: "FCM_ENDPOINT", about: `its address (${FCM_ENDPOINT})` },
  { name: "ONESIGNAL_APP_ID", about: "OneSignal's app" },
  { name: "ONESIGNAL_API_KEY", about: "its key" },
  { name: "ONESIGNAL_ENDPOINT", about: `its address (${ONESIGNAL_ENDPOINT})` },
  { name: "MAX_UPLOAD_MB", about: "largest file (100)" },
  { name: "ANSWER_WAIT_SECONDS", about: "how long a message waits for its answer (30)" },
  { name: "PARSE_MEMORY_MB", about: "memory limit of a parser process (1024)" },
  { name: "PARSE_DEADLINE_SECONDS", about: "time limit for one document (300)" },
  {
    name: "RATE_LIMIT_USER_PER_MINUTE",
    about: "calls of one user in a minute; 0 for any number (12000)",
  },
  {
    name: "RATE_LIMIT_TENANT_PER_MINUTE",
    about: "calls of all users of a tenant in a minute; 0 for any number (60000)",
  },
  { name: "SHUTDOWN_SECONDS", about: "time for a graceful stop (20)" },
  {
    name: "REALTIME_CHANNELS",
    about: "copies of events go to all processes, or to their tenant's: shared or tenant (shared)",
  },
  { name: "METRICS_TOKEN", about: "bearer token that /metrics asks for (none)" },
  { name: "LOG_LEVEL", about: "debug, info, warning or error (info)" },
] as const satisfies readonly Setting[];

type SettingName = (typeof SETTINGS)[number]["name"];
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads and checks all settings together.
 * @throws AppError `invalid_request` whose message names every fault, one a line
 */
export function readConfig(environment: Environment): Config {
  const reader = new Reader(environment);
  const role = reader.choice("ROLE", ROLES, "all");
  const config: Config = {
    role,
    host: reader.text("HOST") ?? (role === "all" ? "127.0.0.1" : "0.0.0.0"),
    port: reader.integer("PORT", 8000, 0, 65_535),
    dataDir: resolve(reader.text("DATA_DIR") ?? "data"),
    ...optional("databaseUrl", reader.url("DATABASE_URL", ["postgres:", "postgresql:"])),
    ...optional("redisUrl", reader.url("REDIS_URL", ["redis:", "rediss:"])),
    ...optional("s3", readS3(reader)),
    ...optional("jwtSecret", reader.text("SUPABASE_JWT_SECRET")),
    ...optional("jwksUrl", reader.url("SUPABASE_JWKS_URL", ["http:", "https:"])),
    ...optional("documentAi", readDocumentAi(reader)),
    ...optional("llm", readLlm(reader)),
    ...optional("embedding", readEmbedding(reader)),
    ...optional("rerank", readRerank(reader)),
    push: {
      ...optional("webhook", readWebhook(reader)),
      ...optional("fcm", readFcm(reader)),
      ...optional("oneSignal", readOneSignal(reader)),
    },
    maxUploadBytes: reader.integer("MAX_UPLOAD_MB", 100, 1, 10_000) * 1024 * 1024,
    answerWaitSeconds: reader.integer("ANSWER_WAIT_SECONDS", 30, 0, ANSWER_WAIT_SECONDS_MAX),
    rateLimits: {
      userPerMinute: reader.integer("RATE_LIMIT_USER_PER_MINUTE", 12_000, 0, RATE_LIMIT_MAX),
      tenantPerMinute: reader.integer("RATE_LIMIT_TENANT_PER_MINUTE", 60_000, 0, RATE_LIMIT_MAX),
    },
    shutdownSeconds: reader.integer("SHUTDOWN_SECONDS", 20, 1, 600),
    parseMemoryMb: reader.integer("PARSE_MEMORY_MB", 1_024, 128, 65_536),
    parseDeadlineSeconds: reader.integer("PARSE_DEADLINE_SECONDS", 300, 1, 86_400),
    realtimeChannels: reader.choice("REALTIME_CHANNELS", ["shared", "tenant"], "shared"),
    ...optional("metricsToken", reader.text("METRICS_TOKEN")),
    logLevel: reader.choice("LOG_LEVEL", LOG_LEVELS, "info"),
  };
  checkRole(config, reader);
  reader.throwIfFaulty();
  return config;
}

/** The networked roles share nothing but the network, so each needs what the others use. */
function checkRole(config: Config, reader: Reader): void {
  if (config.role === "all") return;
  const need = (present: boolean, name: SettingName) => {
    if (!present) reader.fault(`ROLE=${config.role} needs ${name}; only ROLE=all runs without it.`);
  };
  need(config.databaseUrl !== undefined || reader.has("DATABASE_URL"), "DATABASE_URL");
  need(config.redisUrl !== undefined || reader.has("REDIS_URL"), "REDIS_URL");
  if (config.role === "api" && !config.jwtSecret && !reader.has("SUPABASE_JWKS_URL"))
    reader.fault(
      "ROLE=api needs SUPABASE_JWT_SECRET or SUPABASE_JWKS_URL; only ROLE=all generates a secret.",
    );
}

function readS3(reader: Reader): S3Config | undefined {
  const values = reader.group({
    bucket: "S3_BUCKET",
    accessKeyId: "S3_ACCESS_KEY_ID",
    secretAccessKey: "S3_SECRET_ACCESS_KEY",
  });
  const endpoint = reader.url("S3_ENDPOINT", ["http:", "https:"]);
  if (!values) {
    if (endpoint !== undefined) reader.fault("S3_ENDPOINT is set, but S3_BUCKET is not.");
    return undefined;
  }
  return {
    ...values,
    ...optional("endpoint", endpoint),
    region: reader.text("S3_REGION") ?? "auto",
  };
}

function readDocumentAi(reader: Reader): DocumentAiConfig | undefined {
  const values = reader.group({
    projectId: "GCP_PROJECT_ID",
    processorId: "DOCAI_OCR_PROCESSOR_ID",
    credentialsPath: "GCP_CREDENTIALS_PATH",
  });
  return values && { ...values, location: reader.text("GCP_LOCATION") ?? "us" };
}

function readLlm(reader: Reader): LlmConfig | undefined {
  const baseUrl = reader.url("OPENAI_BASE_URL", ["http:", "https:"]);
  const apiKey = reader.text("OPENAI_API_KEY");
  if (apiKey === undefined && baseUrl === undefined) return undefined;
  return {
    // Local endpoints ask for no key, but the protocol wants a word there.
    apiKey: apiKey ?? "none",
    ...optional("baseUrl", baseUrl),
    model: reader.text("RAG_LLM_MODEL") ?? "gpt-4o-mini",
    contextTokens: reader.integer("RAG_LLM_CONTEXT_TOKENS", 8_192, 2_048, 1_000_000),
  };
}

/** A key is sent to the endpoint that it belongs to, and to no other. */
function readEmbedding(reader: Reader): EmbeddingConfig | undefined {
  const model = reader.text("RAG_EMBEDDING_MODEL");
  const own = reader.has("RAG_EMBEDDING_URL");
  const baseUrl = reader.endpoint("RAG_EMBEDDING_URL", openAiUrl(reader));
  if (model === undefined) {
    for (const name of ["RAG_EMBEDDING_URL", "RAG_EMBEDDING_API_KEY"] as const)
      if (reader.has(name)) reader.fault(`${name} is set, but RAG_EMBEDDING_MODEL is not.`);
    return undefined;
  }
  const keyless = !reader.has("OPENAI_API_KEY") && !reader.has("RAG_EMBEDDING_API_KEY");
  if (!own && !reader.has("OPENAI_BASE_URL") && keyless)
    reader.fault(
      "RAG_EMBEDDING_MODEL needs RAG_EMBEDDING_URL, or what OPENAI_BASE_URL and OPENAI_API_KEY name.",
    );
  const apiKey =
    reader.text("RAG_EMBEDDING_API_KEY") ?? (own ? undefined : reader.text("OPENAI_API_KEY"));
  return { baseUrl, model, ...optional("apiKey", apiKey) };
}

function openAiUrl(reader: Reader): string {
  return (reader.text("OPENAI_BASE_URL") ?? OPENAI_BASE_URL).replace(/\/+$/, "");
}

function readRerank(reader: Reader): RerankConfig | undefined {
  const url = reader.url("RAG_RERANK_URL", ["http:", "https:"]);
  if (!reader.has("RAG_RERANK_URL"))
    for (const name of ["RAG_RERANK_MODEL", "RAG_RERANK_API_KEY"] as const)
      if (reader.has(name)) reader.fault(`${name} is set, but RAG_RERANK_URL is not.`);
  return url === undefined
    ? undefined
    : {
        url,
        ...optional("model", reader.text("RAG_RERANK_MODEL")),
        ...optional("apiKey", reader.text("RAG_RERANK_API_KEY")),
      };
}

function readWebhook(reader: Reader): WebhookConfig | undefined {
  const values = reader.group({ url: "PUSH_WEBHOOK_URL", secret: "PUSH_WEBHOOK_SECRET" });
  const url = reader.url("PUSH_WEBHOOK_URL", ["http:", "https:"]);
  if (!values) return undefined;
  const secrets = values.secret.split(/\s+/);
  if (!secrets.every(isWebhookSecret))
    reader.fault("PUSH_WEBHOOK_SECRET must be whsec_ and 24 to 64 random bytes in base64.");
  return url === undefined ? undefined : { url, secrets };
}

function isWebhookSecret(secret: string): boolean {
  if (!WEBHOOK_SECRET.test(secret)) return false;
  const { length } = Buffer.from(secret.slice("whsec_".length), "base64");
  return length >= WEBHOOK_SECRET_BYTES.min && length <= WEBHOOK_SECRET_BYTES.max;
}

function readFcm(reader: Reader): FcmConfig | undefined {
  const credentialsPath = reader.text("FCM_CREDENTIALS_PATH");
  const endpoint = reader.endpoint("FCM_ENDPOINT", FCM_ENDPOINT);
  if (credentialsPath === undefined) {
    for (const name of ["FCM_PROJECT_ID", "FCM_ENDPOINT"] as const)
      if (reader.has(name)) reader.fault(`${name} is set, but FCM_CREDENTIALS_PATH is not.`);
    return undefined;
  }
  return { credentialsPath, ...optional("projectId", reader.text("FCM_PROJECT_ID")), endpoint };
}

function readOneSignal(reader: Reader): OneSignalConfig | undefined {
  const values = reader.group({ appId: "ONESIGNAL_APP_ID", apiKey: "ONESIGNAL_API_KEY" });
  return (
    values && { ...values, endpoint: reader.endpoint("ONESIGNAL_ENDPOINT", ONESIGNAL_ENDPOINT) }
  );
}

/** With `exactOptionalPropertyTypes` an absent value is an absent key. */
function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

class Reader {
  readonly #faults: string[] = [];

  constructor(private readonly environment: Environment) {}

  fault(sentence: string): void {
    this.#faults.push(sentence);
  }

  has(name: SettingName): boolean {
    return this.text(name) !== undefined;
  }

  /** The value under its name or an alias of it; empty is the same as unset. */
  text(name: SettingName): string | undefined {
    const setting: Setting | undefined = SETTINGS.find((each) => each.name === name);
    for (const key of [name, ...(setting?.aliases ?? [])]) {
      const value = this.environment[key]?.trim();
      if (value) return value;
    }
    return undefined;
  }

  integer(name: SettingName, fallback: number, min: number, max: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    this.fault(`${name} must be a whole number from ${min} to ${max}, but is "${value}".`);
    return fallback;
  }

  choice<const T extends string>(name: SettingName, choices: readonly T[], fallback: T): T {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const chosen = choices.find((choice) => choice === value.toLowerCase());
    if (chosen) return chosen;
    this.fault(`${name} must be one of ${choices.join(", ")}, but is "${value}".`);
    return fallback;
  }

  /** The value itself is never repeated in a fault: it may hold a password. */
  url(name: SettingName, protocols: readonly string[]): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value;
    this.fault(
      `${name} must be a URL that starts with ${protocols.map((p) => `${p}//`).join(" or ")}.`,
    );
    return undefined;
  }

  /** The address of an API, without a slash at its end. */
  endpoint(name: SettingName, fallback: string): string {
    return (this.url(name, ["http:", "https:"]) ?? fallback).replace(/\/+$/, "");
  }

  /** Settings that go together: all of them, or none. */
  group<K extends string>(names: Record<K, SettingName>): Record<K, string> | undefined {
    const entries = Object.entries<SettingName>(names).map(([key, name]) => ({
      key,
      name,
      value: this.text(name),
    }));
    const missing = entries.filter((entry) => entry.value === undefined);
    if (missing.length === entries.length) return undefined;
    for (const { name } of missing) {
      const present = entries.find((entry) => entry.value !== undefined)?.name;
      this.fault(`${name} is missing; it goes with ${present}.`);
    }
    if (missing.length > 0) return undefined;
    return Object.fromEntries(entries.map(({ key, value }) => [key, value])) as Record<K, string>;
  }

  throwIfFaulty(): void {
    if (this.#faults.length > 0) throw new AppError("invalid_request", this.#faults.join("\n"));
  }
}
