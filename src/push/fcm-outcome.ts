import type { Outcome } from "./gateway.ts";
import { type Answer, isPassing, parseJson } from "./post.ts";

/** The parts of Google's error model that matter here. `errorCode` is FCM's own. */
interface ApiError {
  readonly message?: string;
  readonly details?: readonly {
    readonly errorCode?: string;
    readonly fieldViolations?: readonly { readonly field?: string }[];
  }[];
}

/** What Google asks to wait where it turns a request away without saying for how long. */
const QUOTA_RETRY_MS = 60_000;
const REASON_CHARACTERS_MAX = 200;

/**
 * What an answer of `messages:send` means for the one token it was about. Only what FCM says of the token
 * itself makes it invalid: a wrong project must not cost anybody's devices.
 * @returns `renew` if the access token was refused
 */
export function fcmOutcome(answer: Answer): Outcome | "renew" {
  const { status, body } = answer;
  if (status === 200) return { state: "delivered" };
  const error = errorIn(body);
  const code = error.details?.find(({ errorCode }) => errorCode)?.errorCode;
  if (code === "UNREGISTERED") return { state: "invalid" };
  if (code === "INVALID_ARGUMENT" && isAboutToken(error)) return { state: "invalid" };
  if (code === "QUOTA_EXCEEDED" || isPassing(answer)) return later(answer);
  if (status === 401 && code !== "THIRD_PARTY_AUTH_ERROR") return "renew";
  return { state: "refused", reason: refusalOf(status, code, error) };
}

function errorIn(body: string): ApiError {
  const answer = parseJson(body) as { readonly error?: ApiError } | null | undefined;
  return answer?.error ?? {};
}

/** A body that FCM refuses for anything else is refused with the same code. */
function isAboutToken({ message = "", details = [] }: ApiError): boolean {
  const fields = details.flatMap(({ fieldViolations = [] }) => fieldViolations);
  if (fields.length > 0) return fields.every(({ field }) => field === "message.token");
  return /registration token/i.test(message);
}

function later({ status, retryAfterMs }: Answer): Outcome {
  if (status !== 429) {
    const reason = `Firebase Cloud Messaging is out of order (HTTP ${status}).`;
    return { state: "later", reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  const reason = "Firebase Cloud Messaging takes no more for now.";
  return { state: "later", reason, retryAfterMs: retryAfterMs ?? QUOTA_RETRY_MS };
}

function refusalOf(status: number, code: string | undefined, { message }: ApiError): string {
  if (code === "THIRD_PARTY_AUTH_ERROR")
    return "Firebase Cloud Messaging lacks a valid key for Apple's or the browsers' push service.";
  if (code === "SENDER_ID_MISMATCH")
    return "Firebase Cloud Messaging knows this device by another project than the configured one.";
  if (status === 403) return "Firebase Cloud Messaging does not let this key send.";
  if (status === 404) return "Firebase Cloud Messaging does not know the configured project.";
  const why = message?.split("\n")[0]?.slice(0, REASON_CHARACTERS_MAX) || `HTTP ${status}`;
  return `Firebase Cloud Messaging refuses the notification: ${why}`;
}
