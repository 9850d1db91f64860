import { optional, type Reader } from "./reader.ts";
import { FCM_ENDPOINT, ONESIGNAL_ENDPOINT } from "./settings.ts";

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

/** As Standard Webhooks has it: a prefix, then 24 to 64 random bytes. */
const WEBHOOK_SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const WEBHOOK_SECRET_BYTES = { min: 24, max: 64 } as const;

export function readPush(reader: Reader): PushConfig {
  return {
    ...optional("webhook", readWebhook(reader)),
    ...optional("fcm", readFcm(reader)),
    ...optional("oneSignal", readOneSignal(reader)),
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
