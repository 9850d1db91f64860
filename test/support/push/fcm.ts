import { FakeGoogle } from "../google.ts";
import { Script } from "./script.ts";

interface FcmMessage {
  readonly token: string;
  readonly notification?: { readonly title?: string; readonly body?: string };
  readonly data?: Readonly<Record<string, string>>;
}

const SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
const FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
const BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";
const PAYLOAD_BYTES_MAX = 4096;
/** The fields of v1 `Message`; whatever else is refused. */
const FIELDS = [
  "name",
  "data",
  "notification",
  "android",
  "webpush",
  "apns",
  "fcm_options",
  "token",
  "topic",
  "condition",
];
const RESERVED_KEY = /^(from|message_type|collapse_key|google.*|gcm.*)$/;

/** Firebase Cloud Messaging's `projects.messages.send` with the token endpoint beside it, as documented. */
export async function startFcm(folder: string, projectId = "my-project") {
  const script = new Script();
  const google = new FakeGoogle(folder, SCOPE);
  /** The devices that are registered with this project. */
  const registered = new Set<string>();
  /** Devices that once were. */
  const gone = new Set<string>();
  const strangers = new Set<string>();
  const delivered: FcmMessage[] = [];
  const calls: (string | null)[] = [];
  let underWay = 0;
  let mostUnderWay = 0;

  async function send(request: Request): Promise<Response> {
    calls.push(request.headers.get("authorization"));
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    try {
      const body: unknown = await request.json();
      const scripted = await script.take();
      if (scripted) return scripted;
      return isGranted(request) ? accept(body) : refusal(401, "UNAUTHENTICATED", "No valid token.");
    } finally {
      underWay--;
    }
  }

  function isGranted(request: Request): boolean {
    const number = /^Bearer token-(\d+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    return number !== undefined && Number(number) <= google.tokens;
  }

  function accept(body: unknown): Response {
    const message = (body as { readonly message?: FcmMessage }).message;
    const fault = message ? faultIn(message) : "Recipient of the message is not set.";
    if (fault || !message) return refusal(400, "INVALID_ARGUMENT", fault ?? "", BAD_FIELD);
    const { token } = message;
    if (gone.has(token))
      return refusal(404, "NOT_FOUND", "Requested entity was not found.", fcmError("UNREGISTERED"));
    if (strangers.has(token))
      return refusal(403, "PERMISSION_DENIED", "SenderId mismatch", fcmError("SENDER_ID_MISMATCH"));
    if (!registered.has(token))
      return refusal(400, "INVALID_ARGUMENT", NO_TOKEN, fcmError("INVALID_ARGUMENT"));
    delivered.push(message);
    return Response.json({ name: `projects/${projectId}/messages/${delivered.length}` });
  }

  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    routes: {
      "/token": { POST: (request) => google.grant(request) },
      [`/v1/projects/${projectId}/messages:send`]: { POST: send },
    },
    fetch: () => refusal(404, "NOT_FOUND", "Not found."),
  });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const credentialsPath = await google.keyFile(endpoint);
  return {
    endpoint,
    credentialsPath,
    google,
    script,
    registered,
    gone,
    strangers,
    delivered,
    calls,
    mostUnderWay: () => mostUnderWay,
    /** The engine's settings for it. */
    env: { FCM_ENDPOINT: endpoint, FCM_CREDENTIALS_PATH: credentialsPath },
    stop: () => server.stop(true),
  };
}

const NO_TOKEN = "The registration token is not a valid FCM registration token";
const BAD_FIELD = { "@type": BAD_REQUEST, fieldViolations: [{ field: "message" }] };

export function fcmError(errorCode: string): object {
  return { "@type": FCM_ERROR, errorCode };
}

export function refusal(
  code: number,
  status: string,
  message: string,
  ...details: readonly object[]
): Response {
  return Response.json({ error: { code, message, status, details } }, { status: code });
}

function faultIn(message: FcmMessage): string | undefined {
  const unknown = Object.keys(message).find((field) => !FIELDS.includes(field));
  if (unknown) return `Invalid JSON payload received. Unknown name "${unknown}" at 'message'.`;
  if (typeof message.token !== "string") return "Recipient of the message is not set.";
  for (const [key, value] of Object.entries<unknown>(message.data ?? {})) {
    if (typeof value !== "string") return `Invalid value at 'message.data[0].value' (TYPE_STRING)`;
    if (RESERVED_KEY.test(key)) return `Invalid data payload key: ${key}`;
  }
  const payload = JSON.stringify([message.notification, message.data]);
  if (Buffer.byteLength(payload) > PAYLOAD_BYTES_MAX) return "Message is too big";
  return undefined;
}
