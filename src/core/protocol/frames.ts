/**
 * THE PROTOCOL. Every frame that crosses a port is an array headed by a small integer; this file
 * names them all. Whether what came in is one of them, judge.ts says. Only from a file that imports
 * nothing do bundlers put the numbers where they are used, so all of them stand here.
 *
 * Three kinds of line share one set of frames:
 *   client → server    a mailbox's clients (strong, weak, or able to post only)
 *   caller → holder    a request that was moved to its own one-shot port, as id 0
 *   old → new          a server that moves, and the mailbox it leaves behind
 *
 * The first frame on every line, in both directions, is HELLO. HELLO and REFUSE keep their shape in
 * every future version, so that two versions can always tell each other apart.
 */

export const MAGIC = 'ump-ng';
export const VERSION = 1;

/**
 * Who speaks on a line. A line joins CLIENT with SERVER, CALLER with HOLDER, OLD with NEW: `^ 1`.
 */
export const CLIENT = 0;
export const SERVER = 1;
export const CALLER = 2;
export const HOLDER = 3;
export const OLD_HOST = 4;
export const NEW_HOST = 5;

/** Frames are for some of them: one bit for each role. */
export const SERVERS = 1 << SERVER;
export const CLIENTS = 1 << CLIENT;
export const ASKERS = CLIENTS | (1 << CALLER);
export const HOLDERS = 1 << HOLDER;
export const NEW_HOSTS = 1 << NEW_HOST;
export const ALL = -1;

/** What a client's port is for; the server holds it to that. */
export const STRONG = 0;
export const POST_ONLY = 1;
export const WEAK = 2;

// Both ways.
export const HELLO = 0; //    [HELLO, MAGIC, VERSION, role, capacity, life?]   capacity 0: unbounded
export const REFUSE = 1; //   [REFUSE, reason]                          protocol error; the line is dead
export const BYE = 2; //      [BYE]                                     nothing more from this side
// Client to server.
export const POST = 3; //     [POST, 0, value, transfer?, errors?, given?]
export const REQ = 4; //      [REQ, id, value, transfer?, errors?, given?]      ids rise on each line
export const CANCEL = 5; //   [CANCEL, id]                              the caller no longer wants an answer
export const ADD_CLIENT = 6; //      [ADD, port, kind]                         one more client of the same server
export const UPGRADE = 7; //  [UPGRADE, id]                             weak → REPLY with a port, or undefined
export const REDIRECTED = 8; // [SWITCHED]                                last frame here, the rest comes by the new port
// Server to client.
export const REPLY = 9; //    [REPLY, id, value, transfer?, errors?, given?]
export const FAIL = 10; //    [FAIL, id, value, transfer?, errors?, given?]     the application's own error
export const ERR = 11; //     [ERR, id, code, message?]                 one of ours
export const MOVED = 12; //   [MOVED, id, port]                         the answer comes by this port
export const GOAWAY = 13; //    [GONE, cause?, errors?]            server closed, by an error if there is a cause; what it took is still answered
export const CREDIT = 14; //  [CREDIT, n]                               n messages left the mailbox
export const REDIRECT = 15; //  [SWITCH, port]                            the server moves: go on by this port
export const ADOPTED = 16; //   [TAKEN, ids, unread]                these requests moved along; messages unread there
// Old home of a moving server to the new one.
export const STATE = 17; //   [STATE, capacity, keepAlive, listening]
export const CLIENT_PORT = 18; //    [LINE, key, port, kind]                   a client's new line; not started before its END
export const FORWARD = 19; //     [FWD, key, frame]                         a frame that still came by the old line
export const CLIENT_DONE = 20; //     [END, key, lost]                          the old line has nothing more
// Both ways again: where ports do not tell that their other end has closed, and for whoever asks
// for it.
export const LIVENESS = 21; //    [LIFE, life?, holder?, capacity?, id?, giver?]  who speaks, or will, from the other end; which
//                       agent has it until then, and which is sending it there; id: of a moved request, not of this line
export const FIN = 22; //  [HANGUP]                                  nothing more from this end, ever
export const PING = 23; //    [PING]                                    are you still there?
export const PONG = 24; //    [PONG]                                    yes
// And for an agent that blocks.
export const DOORBELL = 25; //    [BELL, memory]                            ring this after whatever you send, or I sleep on
// Server to client, for actors.
export const HANDLER_ERROR = 26; //   [THREW, id, value, transfer?, errors?, given?]    the handler threw this

// Client to server, and caller to holder: between agents that block.
export const PROBE = 27; //   [PROBE, thread, count, id]                that thread blocks on me, and I on this request

/** Where the value stands in the frames that have one. */
export const VALUE = 2;
/** Where it stands which items of `transfer` are ports of lines of this package. */
export const OWN_PORTS = 5;

/** How large that memory is. */
export const DOORBELL_BYTES = 12;

// The handshake on an endpoint that may carry the user's own messages too: [MAGIC, VERSION, signal,
// name, extra?, more?]. Either side may speak first, and may repeat itself without harm.
export const KNOCK = 0; //    connect() → listen()   are you there?           extra: my life, where there are such
export const ANNOUNCE = 1; // listen() → connect()   I am here                extra: my life, where there are such
//                                                   more: is this an actor, which spawnWorker() starts?
export const OPEN = 2; //     connect() → listen()   here is my line; only after ANNOUNCE, or it could be lost
//                                                   extra: its port, or its number on the direct line
export const CLOSED = 3; //   listen() → connect()   I was here               extra: my life
export const LEFT = 4; //     connect() → listen()   this page leaves         extra: it may come back

export type HandshakeKind =
  typeof KNOCK | typeof ANNOUNCE | typeof OPEN | typeof CLOSED | typeof LEFT;
export type HandshakeMessage = [typeof MAGIC, number, HandshakeKind, string, unknown?, unknown?];

// On the direct line, which is an endpoint's own channel, a frame travels with the number of its
// line behind it: [...frame, number].

export type ClientKind = typeof STRONG | typeof POST_ONLY | typeof WEAK;
export type Role =
  typeof CLIENT | typeof SERVER | typeof CALLER | typeof HOLDER | typeof OLD_HOST | typeof NEW_HOST;

export interface FramePort {
  postMessage(message: unknown, transfer?: readonly object[]): void;
  close(): void;
}

/** Thrown Errors inside a value, which structured clone would strip: see error-values.ts. */
export type ErrorRecords = readonly unknown[];
/** A frame that carries a value from the user. */
type ValueTag = typeof POST | typeof REQ | typeof REPLY | typeof FAIL | typeof HANDLER_ERROR;
export type ValueFrame<T extends ValueTag = ValueTag> = T extends unknown
  ? [
      tag: T,
      id: number,
      value: unknown,
      transfer?: readonly object[] | undefined,
      errors?: ErrorRecords | undefined,
      given?: readonly unknown[] | undefined,
    ]
  : never;

type Optional<T> = T | undefined;

export type Hello = [typeof HELLO, string, number, Role, number, string?];
export type Refuse = [typeof REFUSE, string];
export type Bye = [typeof BYE];
export type MessageFrame = ValueFrame<typeof POST> | ValueFrame<typeof REQ>;
export type Cancel = [typeof CANCEL, number];
export type AddClient = [typeof ADD_CLIENT, FramePort, ClientKind];
export type Upgrade = [typeof UPGRADE, number];
export type Redirected = [typeof REDIRECTED];
export type ReplyFrame =
  ValueFrame<typeof REPLY> | ValueFrame<typeof FAIL> | ValueFrame<typeof HANDLER_ERROR>;
export type Err = [typeof ERR, number, string, string?];
export type Moved = [typeof MOVED, number, FramePort];
export type GoAway = [typeof GOAWAY, cause?: unknown, errors?: ErrorRecords | undefined];
export type Credit = [typeof CREDIT, number];
export type Redirect = [typeof REDIRECT, FramePort];
export type Adopted = [typeof ADOPTED, readonly number[], number];
export type StateFrame = [typeof STATE, number, boolean, boolean];
export type ClientPort = [typeof CLIENT_PORT, number, FramePort, ClientKind];
export type Forward = [typeof FORWARD, number, unknown];
export type ClientDone = [typeof CLIENT_DONE, number, boolean];
export type LivenessFrame = [
  tag: typeof LIVENESS,
  life: Optional<string>,
  holder?: Optional<string>,
  capacity?: Optional<number>,
  id?: Optional<number>,
  giver?: Optional<string>,
];
export type Fin = [typeof FIN];
export type Ping = [typeof PING];
export type Pong = [typeof PONG];
export type DoorbellFrame = [typeof DOORBELL, SharedArrayBuffer];
export type ProbeFrame = [typeof PROBE, number, number, number];

type Both = Hello | Refuse | Bye | LivenessFrame | Fin | Ping | Pong | DoorbellFrame | ProbeFrame;
export type ToServer = Both | MessageFrame | Cancel | AddClient | Upgrade | Redirected;
export type ToClient = Both | ReplyFrame | Err | Moved | GoAway | Credit | Redirect | Adopted;
export type ToNewHost = Both | StateFrame | ClientPort | Forward | ClientDone;
export type Frame = ToServer | ToClient | ToNewHost;

/** Only as long as it must be. */
export function handshake(
  kind: HandshakeKind,
  name: string,
  extra?: unknown,
  more?: unknown,
): HandshakeMessage {
  if (more !== undefined) return [MAGIC, VERSION, kind, name, extra, more];
  return extra === undefined ? [MAGIC, VERSION, kind, name] : [MAGIC, VERSION, kind, name, extra];
}

export const hello = (role: Role, capacity: number, life: string | undefined): Hello =>
  life === undefined
    ? [HELLO, MAGIC, VERSION, role, capacity]
    : [HELLO, MAGIC, VERSION, role, capacity, life];

/** The one at the other end of the line. */
export const otherRole = (role: Role): Role => (role ^ 1) as Role;

/** The server's side of a line, the holder's, the new home's. */
export const isAnswering = (role: Role): boolean => (role & 1) === 1;

// A mailbox that passes a message on cannot see which ports and buffers sit in it, so they are
// named again inside the frame (structured clone keeps their identity). The tail is only as long as
// it must be.
export function valueFrame(
  tag: ValueTag,
  id: number,
  value: unknown,
  transfer?: readonly object[],
  errors?: ErrorRecords,
  given?: readonly number[],
): ValueFrame {
  if (given !== undefined) return [tag, id, value, transfer, errors, given] as ValueFrame;
  if (errors !== undefined) return [tag, id, value, transfer, errors] as ValueFrame;
  return transfer === undefined ? [tag, id, value] : [tag, id, value, transfer];
}

/** What must be transferred when a client's frame is passed on to a server's new home. */
export function transferOf(frame: Frame): readonly object[] | undefined {
  if (frame[0] === ADD_CLIENT) return [frame[1]];
  return frame[0] === POST || frame[0] === REQ ? frame[3] : undefined;
}
