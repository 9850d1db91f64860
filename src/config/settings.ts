export const FCM_ENDPOINT = "https://fcm.googleapis.com";
export const ONESIGNAL_ENDPOINT = "https://api.onesignal.com";

export interface Setting {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly about: string;
}

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
    name: "OCR_LANGUAGES",
    about: "what tesseract reads where Document AI is not set, + between (eng+vie)",
  },
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
  { name: "PARSE_DEADLINE_SECONDS", about: "time limit for one document (120)" },
  { name: "PARSE_PAGES_MAX", about: "pages, slides, sheets or chapters of a document (5000)" },
  { name: "PARSE_TEXT_MB_MAX", about: "text of a document, in MB (200)" },
  { name: "PARSE_UNPACKED_MB_MAX", about: "what its archives may unpack to, in MB (1024)" },
  { name: "PARSE_UNPACKED_RATIO_MAX", about: "and to how many times their size (100)" },
  { name: "PARSE_ARCHIVE_ENTRIES_MAX", about: "files in an archive (10000)" },
  { name: "PARSE_NESTING_MAX", about: "files within files, so many deep (10)" },
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

export type SettingName = (typeof SETTINGS)[number]["name"];
