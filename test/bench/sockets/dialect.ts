import { socketUrl } from "../../support/client.ts";
import { signHs256 } from "../../support/jwt.ts";
import { loadPeer } from "../peer.ts";
import type { Publisher } from "./publisher.ts";
import type { Wire } from "./wire.ts";

/** What a socket's frame of text was. */
type Heard = "ready" | "event" | "other";

/** Makes a system tell one user something; `at` is found in the frame again. */
export type Tell = (userId: string, at: number, id: number) => void;

/** How clients and publishers of a system speak to it. */
interface Dialect {
  /** Where a user's socket is opened. */
  address(url: string, userId: string): Promise<string>;
  /** Takes one frame, and answers what the protocol wants answered. */
  hear(wire: Wire, bytes: Buffer, start: number): Heard;
  teller(publisher: Publisher): Promise<Tell>;
}

/** The engine's are told apart by whose tenants its users are of, and where it is told of them. */
export type DialectName =
  | "rag-engine"
  | "rag-engine, tenants, shared channel"
  | "rag-engine, tenants, their channels"
  | "socket.io";

/** About as much as a message of a chat has. */
const BODY = {
  workspace_id: "0c6a1f4e-7f43-4a5c-9d6b-2f1d0f8a5b11",
  conversation_id: "7b1d9a52-0a0e-4b53-8f8d-0d4a6e0c2c77",
  content: "The keeper wrote down wind, rain and passing ships. ".repeat(3),
};
const CHANNEL = "rag_realtime";
const TYPE = "message.created";

/** @param tenantOf the tenant of a user, where it is not a user's own */
function ragEngine(tenantOf?: TenantOf, channelOf: TenantOf = () => CHANNEL): Dialect {
  return {
    address: async (url, userId) => {
      const tenant = tenantOf ? { tenant_id: tenantOf(userId) } : {};
      return socketUrl(url, await signHs256({ sub: userId, ...tenant }));
    },
    hear: (wire) => {
      if (wire.ready) return "event";
      wire.ready = true;
      return "ready";
    },
    teller: (publisher) =>
      Promise.resolve((userId, at, id) => {
        const payload = { at, ...BODY };
        const message = { user_id: userId, type: TYPE, payload, id: `${id}-${id}` };
        publisher.publish(channelOf(userId), JSON.stringify(message));
      }),
  };
}

type TenantOf = (userId: string) => string;

/** The numbered users of a crowd belong to as many tenants in turn. */
export const TENANTS = 40;

const tenantOf: TenantOf = (userId) => `tenant-${Number(userId.slice(-12)) % TENANTS}`;

const [OPEN, PING, MESSAGE] = ["0", "2", "4"].map((digit) => digit.charCodeAt(0));
const [CONNECT, EVENT] = ["0", "2"].map((digit) => digit.charCodeAt(0));

/** Engine.io's fourth protocol, over a WebSocket from the beginning. */
const socketIo: Dialect = {
  address: (url, userId) =>
    Promise.resolve(`${url}/socket.io/?EIO=4&transport=websocket&user=${userId}`),
  hear: (wire, bytes, start) => {
    const kind = bytes[start];
    if (kind === PING) wire.sendText("3");
    if (kind === OPEN) wire.sendText("40");
    if (kind !== MESSAGE) return "other";
    if (bytes[start + 1] === EVENT) return "event";
    if (bytes[start + 1] !== CONNECT) return "other";
    wire.ready = true;
    return "ready";
  },
  teller: async (publisher) => {
    const { Emitter } = (await loadPeer("@socket.io/redis-emitter/dist/index.js")) as RedisEmitter;
    const emitter = new Emitter({
      publish: (channel, message) => publisher.publish(channel, message),
    });
    return (userId, at, id) =>
      emitter.to(userId).emit(TYPE, { id: `${id}-${id}`, payload: { at, ...BODY } });
  },
};

interface RedisEmitter {
  readonly Emitter: new (redis: { publish(channel: string, message: Buffer): void }) => {
    to(room: string): { emit(type: string, payload: unknown): void };
  };
}

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  "rag-engine": ragEngine(),
  "rag-engine, tenants, shared channel": ragEngine(tenantOf),
  "rag-engine, tenants, their channels": ragEngine(
    tenantOf,
    (userId) => `${CHANNEL}:${tenantOf(userId)}`,
  ),
  "socket.io": socketIo,
};

/** When the message of a frame was told, by `clockMs`. */
export function toldAt(bytes: Buffer, start: number): number {
  const from = bytes.indexOf('"at":', start) + 5;
  return Number(bytes.toString("latin1", from, bytes.indexOf(",", from)));
}
