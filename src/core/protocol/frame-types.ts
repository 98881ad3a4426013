/** The types of the frames and handshake messages that frames.ts defines, and of their fields. */
import type * as tags from './frames.js';

export type HandshakeKind =
  | typeof tags.KNOCK
  | typeof tags.ANNOUNCE
  | typeof tags.OPEN
  | typeof tags.CLOSED
  | typeof tags.LEFT;
export type HandshakeMessage = [
  typeof tags.MAGIC,
  number,
  HandshakeKind,
  string,
  unknown?,
  unknown?,
];

export type ClientKind = typeof tags.STRONG | typeof tags.POST_ONLY | typeof tags.WEAK;
export type Role =
  | typeof tags.CLIENT
  | typeof tags.SERVER
  | typeof tags.CALLER
  | typeof tags.REPLIER
  | typeof tags.OLD_HOST
  | typeof tags.NEW_HOST;

export interface FramePort {
  postMessage(message: unknown, transfer?: readonly object[]): void;
  close(): void;
}

/** The Errors inside a value, which structured clone would strip: see error-values.ts. */
export type ErrorRecords = readonly unknown[];
/** The tags of frames that carry a value of the application. */
export type ValueTag =
  | typeof tags.POST
  | typeof tags.REQ
  | typeof tags.REPLY
  | typeof tags.FAIL
  | typeof tags.HANDLER_ERROR
  | typeof tags.UNREAD;
export type ValueFrame<T extends ValueTag = ValueTag> = T extends unknown
  ? [
      tag: T,
      id: number,
      value: unknown,
      transfer?: readonly object[] | undefined,
      errors?: ErrorRecords | undefined,
      ownPorts?: readonly unknown[] | undefined,
    ]
  : never;

type Optional<T> = T | undefined;

export type Hello = [typeof tags.HELLO, string, number, Role, Terms, string?];
export type Terms = [
  lowestVersion: number,
  capacity: number,
  features: readonly string[],
  lane?: string,
];
export type Refuse = [typeof tags.REFUSE, string];
export type Bye = [typeof tags.BYE];
export type MessageFrame = ValueFrame<typeof tags.POST> | ValueFrame<typeof tags.REQ>;
export type Cancel = [typeof tags.CANCEL, number];
export type AddClient = [typeof tags.ADD_CLIENT, FramePort, ClientKind];
export type Upgrade = [typeof tags.UPGRADE, number];
export type Redirected = [typeof tags.REDIRECTED];
export type ReplyFrame =
  | ValueFrame<typeof tags.REPLY>
  | ValueFrame<typeof tags.FAIL>
  | ValueFrame<typeof tags.HANDLER_ERROR>;
export type Unread = ValueFrame<typeof tags.UNREAD>;
export type Err = [typeof tags.ERR, number, string, string?];
export type Moved = [typeof tags.MOVED, number, FramePort];
export type GoAway = [typeof tags.GOAWAY, cause?: unknown, errors?: ErrorRecords | undefined];
export type Credit = [typeof tags.CREDIT, number];
export type Redirect = [typeof tags.REDIRECT, FramePort];
export type Adopted = [typeof tags.ADOPTED, readonly number[], number];
export type StateFrame = [typeof tags.STATE, number, boolean, boolean];
export type ClientPort = [typeof tags.CLIENT_PORT, number, FramePort, ClientKind];
export type Forward = [typeof tags.FORWARD, number, unknown];
export type ClientDone = [typeof tags.CLIENT_DONE, number, boolean];
export type LivenessFrame = [
  tag: typeof tags.LIVENESS,
  agentId: Optional<string>,
  holder?: Optional<string>,
  capacity?: Optional<number>,
  id?: Optional<number>,
  sender?: Optional<string>,
  lane?: Optional<string>,
];
export type Fin = [typeof tags.FIN];
export type Ping = [typeof tags.PING];
export type Pong = [typeof tags.PONG];
export type DoorbellFrame = [typeof tags.DOORBELL, SharedArrayBuffer];
export type ProbeFrame = [typeof tags.PROBE, number, number, number];
export type PackedFrame = [typeof tags.PACKED, bytes: Uint8Array, texts: readonly unknown[]];

type Both =
  | Hello
  | Refuse
  | Bye
  | LivenessFrame
  | Fin
  | Ping
  | Pong
  | DoorbellFrame
  | ProbeFrame
  | PackedFrame;
export type ToServer = Both | MessageFrame | Cancel | AddClient | Upgrade | Redirected;
export type ToClient =
  Both | ReplyFrame | Unread | Err | Moved | GoAway | Credit | Redirect | Adopted;
export type ToNewHost = Both | StateFrame | ClientPort | Forward | ClientDone;
export type Frame = ToServer | ToClient | ToNewHost;
