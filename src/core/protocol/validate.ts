/**
 * The only file that looks at what came in before it is trusted: is it a frame or a signal, and one
 * that whoever got it may act on? Which of them there are stands in frames.ts.
 */
import {
  ALL,
  ASKERS,
  DOORBELL_BYTES,
  CLIENTS,
  FIN,
  HELLO,
  HOLDERS,
  MAGIC,
  NEW_HOSTS,
  OPEN,
  POST,
  SERVERS,
  VALUE,
  VERSION,
  WEAK,
  otherRole,
  type Frame,
  type Role,
  type HandshakeMessage,
  type ValueFrame,
  type FramePort,
} from './frames.js';

type Guard = (field: unknown) => boolean;

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const maybeId: Guard = (value) => value === undefined || isId(value);
const isKind: Guard = (value) => isId(value) && value <= WEAK;
const isText: Guard = (value) => typeof value === 'string';
const maybeText: Guard = (value) => value === undefined || isText(value);
const isFlag: Guard = (value) => typeof value === 'boolean';
/** Not beyond the first hole: a sparse array is tiny on the wire, and its length says nothing. */
export const isList = (value: unknown): value is unknown[] => {
  if (!Array.isArray(value)) return false;
  for (let at = 0; at < value.length; at++) if (!(at in value)) return false;
  return true;
};
const maybeList: Guard = (value) => value === undefined || isList(value);
const isAny: Guard = () => true;
const isDoorbell: Guard = (value) =>
  Object.prototype.toString.call(value) === '[object SharedArrayBuffer]' &&
  (value as SharedArrayBuffer).byteLength === DOORBELL_BYTES;
export const isPortLike: Guard = (value) => {
  const { postMessage, close } = (value ?? {}) as Partial<FramePort>;
  return typeof postMessage === 'function' && typeof close === 'function';
};

/** In the order of the tags: who may be sent it, and what its fields must be. */
const SHAPES: readonly (readonly [receivers: number, ...fields: Guard[]])[] = [
  /* HELLO    */ [ALL, isText, isId, isAny, isAny, maybeText],
  /* REFUSE   */ [ALL, isText],
  /* BYE      */ [ALL],
  /* POST     */ [SERVERS, isId, isAny, maybeList, maybeList, maybeList],
  /* REQ      */ [SERVERS, isId, isAny, maybeList, maybeList, maybeList],
  /* CANCEL   */ [SERVERS | HOLDERS, isId],
  /* ADD      */ [SERVERS, isPortLike, isKind],
  /* UPGRADE  */ [SERVERS, isId],
  /* SWITCHED */ [SERVERS],
  /* REPLY    */ [ASKERS, isId, isAny, maybeList, maybeList, maybeList],
  /* FAIL     */ [ASKERS, isId, isAny, maybeList, maybeList, maybeList],
  /* ERR      */ [ASKERS, isId, isText, maybeText],
  /* MOVED    */ [ASKERS, isId, isPortLike],
  /* GONE     */ [CLIENTS, isAny, maybeList],
  /* CREDIT   */ [CLIENTS, isId],
  /* SWITCH   */ [CLIENTS, isPortLike],
  /* TAKEN    */ [CLIENTS, isList, isId],
  /* STATE    */ [NEW_HOSTS, isId, isFlag, isFlag],
  /* LINE     */ [NEW_HOSTS, isId, isPortLike, isKind],
  /* FWD      */ [NEW_HOSTS, isId, isAny],
  /* END      */ [NEW_HOSTS, isId, isFlag],
  /* LIFE     */ [ALL, maybeText, maybeText, maybeId, maybeId, maybeText],
  /* HANGUP   */ [ALL],
  /* PING     */ [ALL],
  /* PONG     */ [ALL],
  /* BELL     */ [ALL, isDoorbell],
  /* THREW    */ [ASKERS, isId, isAny, maybeList, maybeList, maybeList],
  /* PROBE    */ [SERVERS | HOLDERS, isId, isId, isId],
];

const hasTag = (tag: number, data: unknown): boolean => Array.isArray(data) && data[0] === tag;
export const isFin = (data: unknown): boolean => hasTag(FIN, data);
export const isPost = (data: unknown): boolean => hasTag(POST, data);

/** The frame that `data` is, or undefined if one in that role must not act on it. */
export function parseFrame(data: unknown, role: Role): Frame | undefined {
  if (!Array.isArray(data)) return undefined;
  const frame = data as unknown[];
  const shape = isId(frame[0]) ? SHAPES[frame[0]] : undefined;
  // Nearly all frames are of this kind: a value of the user, and nothing behind it.
  if (shape?.[VALUE] === isAny && frame.length === VALUE + 1) {
    return ((shape[0] >> role) & 1) === 1 && isId(frame[1]) ? (frame as ValueFrame) : undefined;
  }
  if (shape === undefined || ((shape[0] >> role) & 1) === 0) return undefined;
  if (frame.length > shape.length) return undefined;
  for (let at = 1; at < shape.length; at++) {
    if (!(shape[at] as Guard)(frame[at])) return undefined;
  }
  return frame as unknown as Frame;
}

/** The signal, or undefined for a message that is the user's own. Its version may be another. */
export function parseHandshake(data: unknown): HandshakeMessage | undefined {
  if (!Array.isArray(data)) return undefined;
  const [magic, version, kind, name, extra] = data as unknown[];
  const fits = magic === MAGIC && isId(version) && isId(kind) && isText(name);
  return fits && (kind !== OPEN || isPortLike(extra) || isId(extra))
    ? (data as HandshakeMessage)
    : undefined;
}

export const versionMismatch = (version: number): string =>
  `the other side speaks version ${String(version)}, this side ${String(VERSION)}`;

/**
 * What is wrong with the first frame that one in this role gets; undefined if it is a HELLO for
 * him.
 */
export function helloError(frame: Frame, role: Role): string | undefined {
  if (frame[0] !== HELLO || frame[1] !== MAGIC) return 'the other side does not speak ump-ng';
  if (frame[2] !== VERSION) return versionMismatch(frame[2]);
  return frame[3] === otherRole(role) && isId(frame[4])
    ? undefined
    : 'the port belongs to another kind of connection';
}
