import { t } from "elysia";
import type { AnswerSignals } from "../chat/await-answer.ts";
import type { UploadDeps } from "../document/upload.ts";
import type { PresenceStore } from "../presence/presence.ts";
import type { SegmentIndex } from "../retrieval/index/segment-index.ts";
import type { Retriever } from "../retrieval/retriever.ts";
import type { Door } from "./auth.ts";

/** What the routes work with. */
export interface HttpDeps extends UploadDeps {
  readonly authenticator: Door;
  readonly index: SegmentIndex;
  readonly retriever: Retriever;
  readonly presence: PresenceStore;
  readonly answers: AnswerSignals;
  readonly answerWaitSeconds: number;
  /** Uploads in transit are written here. */
  readonly uploadDir: string;
}

/** The length of a UUID; the format alone lets `urn:uuid:` stand before it, which the database does not. */
const UUID_LENGTH = 36;

/** Goes on in lower case, as the database writes it: topics and keys of files are made of it. */
export const uuid = () =>
  t
    .Transform(t.String({ format: "uuid", maxLength: UUID_LENGTH }))
    .Decode((id) => id.toLowerCase())
    .Encode((id) => id);

export const WorkspaceParams = t.Object({ w: uuid() });
export const MemberParams = t.Object({ w: uuid(), user: uuid() });
export const DeviceParams = t.Object({ d: uuid() });
export const DocumentParams = t.Object({ w: uuid(), d: uuid() });
export const WorkspaceConversationParams = t.Object({ w: uuid(), c: uuid() });
export const ConversationParams = t.Object({ c: uuid() });
export const ParticipantParams = t.Object({ c: uuid(), user: uuid() });
export const MessageParams = t.Object({ c: uuid(), m: uuid() });
