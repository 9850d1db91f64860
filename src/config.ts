import { resolve } from "node:path";
import { type DocumentAiConfig, readDocumentAi } from "./config/document-ai.ts";
import {
  type EmbeddingConfig,
  type LlmConfig,
  readEmbedding,
  readLlm,
  readRerank,
  type RerankConfig,
} from "./config/models.ts";
import { type PushConfig, readPush } from "./config/push.ts";
import { type OcrConfig, readOcr } from "./config/ocr.ts";
import { type Environment, optional, Reader } from "./config/reader.ts";
import { type ParsingConfig, readParsing } from "./config/parsing.ts";
import { readS3, type S3Config } from "./config/s3.ts";
import type { SettingName } from "./config/settings.ts";

const ROLES = ["all", "api", "parse", "ingest"] as const;
export type Role = (typeof ROLES)[number];

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
  readonly ocr: OcrConfig;
  readonly llm?: LlmConfig;
  readonly embedding?: EmbeddingConfig;
  readonly rerank?: RerankConfig;
  readonly push: PushConfig;
  readonly maxUploadBytes: number;
  readonly answerWaitSeconds: number;
  /** Calls in a minute; 0 for any number. */
  readonly rateLimits: { readonly userPerMinute: number; readonly tenantPerMinute: number };
  readonly shutdownSeconds: number;
  /** Where copies of events go: to one channel for all processes, or to that of the event's tenant. */
  readonly realtimeChannels: "shared" | "tenant";
  /** Guards `/metrics`; without it anybody may read them. */
  readonly metricsToken?: string;
  readonly parsing: ParsingConfig;
  readonly logLevel: LogLevel;
}

/** Bun lets no request be silent for longer than 255 s. */
const ANSWER_WAIT_SECONDS_MAX = 240;

const RATE_LIMIT_MAX = 1_000_000;

const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

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
    ocr: readOcr(reader),
    ...optional("llm", readLlm(reader)),
    ...optional("embedding", readEmbedding(reader)),
    ...optional("rerank", readRerank(reader)),
    push: readPush(reader),
    maxUploadBytes: reader.integer("MAX_UPLOAD_MB", 100, 1, 10_000) * 1024 * 1024,
    answerWaitSeconds: reader.integer("ANSWER_WAIT_SECONDS", 30, 0, ANSWER_WAIT_SECONDS_MAX),
    rateLimits: {
      userPerMinute: reader.integer("RATE_LIMIT_USER_PER_MINUTE", 12_000, 0, RATE_LIMIT_MAX),
      tenantPerMinute: reader.integer("RATE_LIMIT_TENANT_PER_MINUTE", 60_000, 0, RATE_LIMIT_MAX),
    },
    shutdownSeconds: reader.integer("SHUTDOWN_SECONDS", 20, 1, 600),
    parsing: readParsing(reader),
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
