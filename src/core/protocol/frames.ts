/**
 * THE PROTOCOL. Every frame that crosses a transport is an array headed by a small integer; this
 * file defines them all, frame-types.ts has their types, and validate.ts checks what comes in.
 * Bundlers inline the numbers only from a file that imports nothing at run time, so all of them are
 * here.
 *
 * Three kinds of connection share one set of frames:
 *   client → server      the clients of a mailbox (strong, weak, or able to post only)
 *   caller → replier     a request that was moved to its own one-shot port, where its id is 0
 *   old → new host       a server that migrates, and the mailbox that it leaves behind
 *
 * The first frame on every connection, in both directions, is HELLO: the connection speaks the
 * newest version, and has the features, that both ends know. HELLO, REFUSE and the handshake keep
 * their shape in every future version, so that two builds can always recognize each other.
 *
 * The protocol grows by features. A receiver ignores fields that follow the ones it knows, features
 * that it does not know, and unknown frames whose tag is at least OPTIONAL.
 */
import type {
  ErrorRecords,
  Frame,
  HandshakeKind,
  HandshakeMessage,
  Hello,
  Role,
  Terms,
  ValueFrame,
  ValueTag,
} from './frame-types.js';

export type * from './frame-types.js';

export const MAGIC = 'ump-ng';
/** The oldest version that this build speaks. */
export const LOWEST_VERSION = 2;
/** The newest version that this build speaks. */
export const VERSION = 2;
/** A closed actor may send {@link UNREAD}. */
export const UNREAD_FEATURE = 'unread';
/** A caller may be sent references: see src/actors/references. */
export const REFERENCES_FEATURE = 'references';
/** The additions to the protocol that this build knows. */
export const FEATURES: readonly string[] = [UNREAD_FEATURE, REFERENCES_FEATURE];
/** A frame with this tag or a greater one may be ignored. */
export const OPTIONAL = 128;

/**
 * The role of one end of a connection. The other end has the role `^ 1`: CLIENT and SERVER, CALLER
 * and REPLIER, OLD_HOST and NEW_HOST.
 */
export const CLIENT = 0;
export const SERVER = 1;
export const CALLER = 2;
export const REPLIER = 3;
export const OLD_HOST = 4;
export const NEW_HOST = 5;

/** Sets of roles that may be sent a frame: one bit for each role. */
export const SERVERS = 1 << SERVER;
export const CLIENTS = 1 << CLIENT;
export const ASKERS = CLIENTS | (1 << CALLER);
export const REPLIERS = 1 << REPLIER;
export const NEW_HOSTS = 1 << NEW_HOST;
export const ALL = -1;

/** What a client may send; the server refuses anything else from its port. */
export const STRONG = 0;
export const POST_ONLY = 1;
export const WEAK = 2;

// In the shapes below, `value+` stands for: value, transfer?, errors?, ownPorts?

// ── either direction ──
/**
 * `[HELLO, MAGIC, VERSION, role, terms, agentId?]`. The terms are `[LOWEST_VERSION, capacity,
 * features, lane?]`; a capacity of 0 is unbounded. `lane`: the sender refuses a peer that does not
 * offer this lane. The features name the lanes that the sender can use, as `lane:NAME`.
 */
export const HELLO = 0;
/** `[REFUSE, reason]`: a protocol error; the connection ends. */
export const REFUSE = 1;
/** `[BYE]`: this end sends nothing more. */
export const BYE = 2;

// ── client to server ──
/** `[POST, 0, value+]` */
export const POST = 3;
/** `[REQ, id, value+]`: the ids increase on each connection. */
export const REQ = 4;
/** `[CANCEL, id]`: the caller wants no reply any more. */
export const CANCEL = 5;
/** `[ADD_CLIENT, port, kind]`: one more client of the same server. */
export const ADD_CLIENT = 6;
/** `[UPGRADE, id]`: a weak client asks for a strong one; REPLY brings its port, ERR says no. */
export const UPGRADE = 7;
/** `[REDIRECTED]`: the last frame to the old host. */
export const REDIRECTED = 8;

// ── server to client ──
/** `[REPLY, id, value+]` */
export const REPLY = 9;
/** `[FAIL, id, value+]`: an error of the application. */
export const FAIL = 10;
/** `[ERR, id, code, message?]`: an error of this package. */
export const ERR = 11;
/** `[MOVED, id, port]`: the reply comes over this port. */
export const MOVED = 12;
/** `[GOAWAY, cause?, errors?]`: the server has closed; it still answers what it has taken. */
export const GOAWAY = 13;
/** `[CREDIT, n]`: n messages have left the mailbox. */
export const CREDIT = 14;
/** `[REDIRECT, port]`: the server migrates; continue over this port. */
export const REDIRECT = 15;
/** `[ADOPTED, ids, unread]`: these requests, and this number of unread messages, came along. */
export const ADOPTED = 16;

// ── old host of a migrating server to the new one ──
/** `[STATE, capacity, keepAlive, awaitsFirstClient]` */
export const STATE = 17;
/** `[CLIENT_PORT, key, port, kind]`: a client's new port, not read before CLIENT_DONE. */
export const CLIENT_PORT = 18;
/** `[FORWARD, key, frame]`: a frame that came over the client's old connection. */
export const FORWARD = 19;
/** `[CLIENT_DONE, key, lost]`: nothing more comes over the client's old connection. */
export const CLIENT_DONE = 20;

// ── either direction: liveness ──
/**
 * `[LIVENESS, agentId?, holder?, capacity?, id?, sender?, lane?]`: `agentId`: the agent that has,
 * or will get, the other end of this connection. `holder`: the agent that has the peer's port, as
 * long as the peer has not said HELLO. `sender`: the agent that is sending the port to `holder`.
 * `id`: the frame is about the connection of this moved request. `lane`: the lane of the client or
 * the request that was given away with this port.
 */
export const LIVENESS = 21;
/** `[FIN]`: this end is closed; for platforms whose ports emit no close event. */
export const FIN = 22;
/** `[PING]`: must be answered by PONG. */
export const PING = 23;
/** `[PONG]` */
export const PONG = 24;

// ── blocking calls ──
/** `[DOORBELL, memory]`: ring it after sending, because the other agent may be asleep. */
export const DOORBELL = 25;
/**
 * `[PROBE, thread, count, id]`: the sender blocks until request `id` is answered, and `thread`,
 * which looks for a deadlock, blocks on the sender.
 */
export const PROBE = 27;

// ── an actor to its client ──
/** `[HANDLER_ERROR, id, value+]`: the handler threw the value. */
export const HANDLER_ERROR = 26;
/** `[UNREAD, id, value+]`: the actor has closed, and returns the message of this request. */
export const UNREAD = 28;

// ── either direction, on a lane that both ends have agreed on ──
/** `[PACKED, bytes, texts]`: frames in the order in which they were sent: src/lanes/format.ts. */
export const PACKED = 29;

// ── an actor to the server that its handler waits for ──
/**
 * `[CIRCLE_PROBE, id, hops]`: the handlers in `hops` wait for each other, and the last one for the
 * request `id`. It may be ignored.
 */
export const CIRCLE_PROBE = 128;

/** The index of the value in frames that have one. */
export const VALUE = 2;
/** The index of the list that names which items of `transfer` are ports of this package. */
export const OWN_PORTS = 5;

/** The size of the memory of a doorbell. */
export const DOORBELL_BYTES = 12;

// ── the handshake ──
// On an endpoint that may also carry the application's own messages. Each begins with MAGIC and
// VERSION; `agentId` is that of the sender, if it has one. Either side may speak first, and may
// repeat a message without harm. Unknown kinds are ignored.

/** `[…, KNOCK, name, agentId?]`, connect() → listen(): asks for ANNOUNCE or CLOSED. */
export const KNOCK = 0;
/**
 * `[…, ANNOUNCE, name, agentId?, isActor?]`, listen() → connect(): a server listens; whether it is
 * an actor of serveWorker().
 */
export const ANNOUNCE = 1;
/**
 * `[…, OPEN, name, port or number, agentId?]`, connect() → listen(): opens a connection over that
 * port, or under that number on the endpoint's own channel. It is sent only after ANNOUNCE, or it
 * could be lost.
 */
export const OPEN = 2;
/** `[…, CLOSED, name, agentId?]`, listen() → connect(): the server has ended. */
export const CLOSED = 3;
/** `[…, LEFT, name, mayReturn]`, connect() → listen(): the page is left, and may be restored. */
export const LEFT = 4;

// On an endpoint's own channel, the number of its connection is appended to each frame:
// [...frame, number].

/** Trailing fields that are undefined are left out. */
export function handshake(
  kind: HandshakeKind,
  name: string,
  extra?: unknown,
  more?: unknown,
): HandshakeMessage {
  if (more !== undefined) return [MAGIC, VERSION, kind, name, extra, more];
  return extra === undefined ? [MAGIC, VERSION, kind, name] : [MAGIC, VERSION, kind, name, extra];
}

export function hello(role: Role, capacity: number, agentId: string | undefined): Hello {
  const terms: Terms = [LOWEST_VERSION, capacity, FEATURES];
  return agentId === undefined
    ? [HELLO, MAGIC, VERSION, role, terms]
    : [HELLO, MAGIC, VERSION, role, terms, agentId];
}

/** The role of the peer. */
export const otherRole = (role: Role): Role => (role ^ 1) as Role;

/** Whether the role is that of a server, a replier or a new host. */
export const isAnswering = (role: Role): boolean => (role & 1) === 1;

/**
 * A host that forwards a message cannot see which ports are inside its value, so the frame lists
 * them again (structured clone preserves their identity). Trailing fields that are undefined are
 * left out.
 */
export function valueFrame(
  tag: ValueTag,
  id: number,
  value: unknown,
  transfer?: readonly object[],
  errors?: ErrorRecords,
  ownPorts?: readonly number[],
): ValueFrame {
  if (ownPorts !== undefined) return [tag, id, value, transfer, errors, ownPorts] as ValueFrame;
  if (errors !== undefined) return [tag, id, value, transfer, errors] as ValueFrame;
  return transfer === undefined ? [tag, id, value] : [tag, id, value, transfer];
}

/** What must be transferred when a client's frame is forwarded to the server's new host. */
export function transferOf(frame: Frame): readonly object[] | undefined {
  if (frame[0] === ADD_CLIENT) return [frame[1]];
  return frame[0] === POST || frame[0] === REQ ? frame[3] : undefined;
}
