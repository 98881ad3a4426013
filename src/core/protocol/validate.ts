/**
 * Validates untrusted input: whether it is a well-formed frame or handshake message, and whether
 * the receiving role may act on it. Code that reads a message before it is validated (for FIN, for
 * ports to close, for the number of a channel) must accept any value. frames.ts defines the frames
 * themselves.
 */
import {
  ALL,
  ASKERS,
  DOORBELL_BYTES,
  CLIENTS,
  FIN,
  FEATURES,
  HELLO,
  LOWEST_VERSION,
  MAGIC,
  NEW_HOSTS,
  OPEN,
  OPTIONAL,
  OWN_PORTS,
  POST,
  REPLIERS,
  SERVERS,
  VALUE,
  VERSION,
  WEAK,
  otherRole,
  type Frame,
  type Role,
  type HandshakeMessage,
  type Terms,
  type ValueFrame,
  type FramePort,
} from './frames.js';

type Guard = (field: unknown) => boolean;

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const maybeCount: Guard = (value) => value === undefined || isCount(value);
const isClientKind: Guard = (value) => isCount(value) && value <= WEAK;
const isText: Guard = (value) => typeof value === 'string';
const maybeText: Guard = (value) => value === undefined || isText(value);
const isFlag: Guard = (value) => typeof value === 'boolean';
/**
 * Rejects sparse arrays: a few bytes on the wire can claim 2^32 elements, and iterating them would
 * hang.
 */
export const isList = (value: unknown): value is unknown[] => {
  if (!Array.isArray(value)) return false;
  for (let at = 0; at < value.length; at++) if (!(at in value)) return false;
  return true;
};
const maybeList: Guard = (value) => value === undefined || isList(value);
/** Its elements are used as indexes, so nothing but numbers may be among them. */
const maybeIndexes: Guard = (value) =>
  value === undefined || (isList(value) && value.every(isCount));
const isTerms = (value: unknown): value is Terms =>
  isList(value) && isCount(value[0]) && isCount(value[1]) && isList(value[2]);
const isAny: Guard = () => true;
const isDoorbell: Guard = (value) =>
  Object.prototype.toString.call(value) === '[object SharedArrayBuffer]' &&
  (value as SharedArrayBuffer).byteLength === DOORBELL_BYTES;
export const isPortLike: Guard = (value) => {
  const { postMessage, close } = (value ?? {}) as Partial<FramePort>;
  return typeof postMessage === 'function' && typeof close === 'function';
};

/** In the order of the tags: the roles that may be sent the frame, and a guard for each field. */
const SHAPES: readonly (readonly [receivers: number, ...fields: Guard[]])[] = [
  /* HELLO         */ [ALL, isText, isCount, isAny, isAny, maybeText],
  /* REFUSE        */ [ALL, isText],
  /* BYE           */ [ALL],
  /* POST          */ [SERVERS, isCount, isAny, maybeList, maybeList, maybeIndexes],
  /* REQ           */ [SERVERS, isCount, isAny, maybeList, maybeList, maybeIndexes],
  /* CANCEL        */ [SERVERS | REPLIERS, isCount],
  /* ADD_CLIENT    */ [SERVERS, isPortLike, isClientKind],
  /* UPGRADE       */ [SERVERS, isCount],
  /* REDIRECTED    */ [SERVERS],
  /* REPLY         */ [ASKERS, isCount, isAny, maybeList, maybeList, maybeIndexes],
  /* FAIL          */ [ASKERS, isCount, isAny, maybeList, maybeList, maybeIndexes],
  /* ERR           */ [ASKERS, isCount, isText, maybeText],
  /* MOVED         */ [ASKERS, isCount, isPortLike],
  /* GOAWAY        */ [CLIENTS, isAny, maybeList],
  /* CREDIT        */ [CLIENTS, isCount],
  /* REDIRECT      */ [CLIENTS, isPortLike],
  /* ADOPTED       */ [CLIENTS, isList, isCount],
  /* STATE         */ [NEW_HOSTS, isCount, isFlag, isFlag],
  /* CLIENT_PORT   */ [NEW_HOSTS, isCount, isPortLike, isClientKind],
  /* FORWARD       */ [NEW_HOSTS, isCount, isAny],
  /* CLIENT_DONE   */ [NEW_HOSTS, isCount, isFlag],
  /* LIVENESS      */ [ALL, maybeText, maybeText, maybeCount, maybeCount, maybeText],
  /* FIN           */ [ALL],
  /* PING          */ [ALL],
  /* PONG          */ [ALL],
  /* DOORBELL      */ [ALL, isDoorbell],
  /* HANDLER_ERROR */ [ASKERS, isCount, isAny, maybeList, maybeList, maybeIndexes],
  /* PROBE         */ [SERVERS | REPLIERS, isCount, isCount, isCount],
  /* UNREAD        */ [CLIENTS, isCount, isAny, maybeList, maybeList, maybeIndexes],
];

/** Whether the field OWN_PORTS of a frame that was parsed is one that this build knows. */
export const namesOwnPorts = (frame: Frame): boolean =>
  frame.length > OWN_PORTS && SHAPES[frame[0]]?.[OWN_PORTS] === maybeIndexes;

const hasTag = (tag: number, data: unknown): boolean => Array.isArray(data) && data[0] === tag;
export const isFin = (data: unknown): boolean => hasTag(FIN, data);
export const isPost = (data: unknown): boolean => hasTag(POST, data);

/** Whether it is a frame of a later build that this one may ignore. */
export const isIgnorable = (data: unknown): boolean =>
  Array.isArray(data) && isCount(data[0]) && data[0] >= OPTIONAL;

/**
 * `data` as a frame, or undefined if an end with this role must not act on it. Fields that follow
 * the known ones are ignored.
 */
export function parseFrame(data: unknown, role: Role): Frame | undefined {
  if (!Array.isArray(data)) return undefined;
  const frame = data as unknown[];
  const shape = isCount(frame[0]) ? SHAPES[frame[0]] : undefined;
  // Nearly all frames are of this kind: a value of the application without a transfer list.
  if (shape?.[VALUE] === isAny && frame.length === VALUE + 1) {
    return ((shape[0] >> role) & 1) === 1 && isCount(frame[1]) ? (frame as ValueFrame) : undefined;
  }
  if (shape === undefined || ((shape[0] >> role) & 1) === 0) return undefined;
  for (let at = 1; at < shape.length; at++) {
    if (!(shape[at] as Guard)(frame[at])) return undefined;
  }
  return frame as unknown as Frame;
}

/**
 * `data` as a handshake message, or undefined if it is a message of the application. Its version
 * may differ from this one.
 */
export function parseHandshake(data: unknown): HandshakeMessage | undefined {
  if (!Array.isArray(data)) return undefined;
  const [magic, version, kind, name, extra] = data as unknown[];
  const fits = magic === MAGIC && isCount(version) && isCount(kind) && isText(name);
  return fits && (kind !== OPEN || isPortLike(extra) || isCount(extra))
    ? (data as HandshakeMessage)
    : undefined;
}

/** Why this build cannot speak with one whose newest version is this; undefined if it may. */
export const versionError = (newest: number): string | undefined =>
  newest < LOWEST_VERSION ? mismatch(newest, VERSION) : undefined;

const mismatch = (theirs: number, own: number): string =>
  `the peer speaks version ${String(theirs)} of the protocol, this side version ${String(own)}`;

/** What both ends of a connection have agreed on. */
export interface Agreement {
  /** The capacity of the peer's mailbox; 0 is unbounded. */
  readonly capacity: number;
  /** The features that both ends know. */
  readonly features: readonly string[];
}

/** Reads the first frame on a connection. Returns why it is no acceptable HELLO for `role`. */
export function agree(frame: Frame, role: Role): Agreement | string {
  if (frame[0] !== HELLO || frame[1] !== MAGIC) return 'the peer does not speak ump-ng';
  const [, , newest, theirRole, terms] = frame;
  const error = versionError(newest);
  if (error !== undefined) return error;
  if (!isTerms(terms)) return 'malformed frame';
  const [lowest, capacity, features, lane] = terms;
  if (lowest > VERSION) return mismatch(lowest, VERSION);
  if (theirRole !== otherRole(role)) {
    return "the port belongs to another kind of connection (a client's, a server's or a context's)";
  }
  // A transport that offers the lane has removed it.
  if (lane !== undefined) return 'no lane is offered';
  return {
    capacity,
    features: FEATURES.filter((feature) => features.includes(feature)),
  };
}
