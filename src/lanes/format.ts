/**
 * The bytes of the lane "packed". A batch is a sequence of records, one for each frame:
 *
 *   record   tag of a value frame, id, value     [tag, id, value]
 *            FRAME, array                        any other frame
 *            FORGET                              both ends forget all shapes
 *   value    0 to MAX_SMALL                      that number
 *            SHAPED + n, one value for each key  an object of shape n, for n up to MAX_SHORT_SHAPE
 *            one of the tags below
 *
 * Strings and BigInts are not in the bytes, because engines copy them faster: they travel beside
 * these, in the order in which the records need them.
 *
 * A shape is the list of the keys of an object. It is numbered where it is used for the second
 * time, so that objects that serve as dictionaries use no numbers up. Both ends keep the shapes of
 * their direction until FORGET.
 */

export const FRAME = 0x40;
export const FORGET = 0x41;

export const MAX_SMALL = 0x7f;
export const UNDEFINED = 0x80;
export const NULL = 0x81;
export const TRUE = 0x82;
export const FALSE = 0x83;
/** Four bytes follow, the lowest one first. */
export const INT32 = 0x84;
/** Eight bytes follow. */
export const FLOAT64 = 0x85;
/** The next string or BigInt. */
export const TEXT = 0x86;
/** A count, and for each key the key and its value. */
export const OBJECT = 0x87;
/** A count, and the elements. */
export const ARRAY = 0x88;
/** The number of an object of the same record, in the order in which they begin. */
export const BACK_REFERENCE = 0x89;
/** A count, and for each entry its key and its value. */
export const MAP_OBJECT = 0x8a;
/** A count, and the elements. */
export const SET_OBJECT = 0x8b;
/** Its time, as a value. */
export const DATE = 0x8c;
/** The number of bytes, and the bytes. */
export const BUFFER = 0x8d;
/** An index of VIEWS, the buffer as a value, the offset in bytes, and the number of elements. */
export const VIEW = 0x8e;
/** A new shape: the number of keys, which are the next strings, and one value for each. */
export const SHAPE = 0x8f;
/** One byte, the number of a shape that is greater than MAX_SHORT_SHAPE. */
export const LONG_SHAPED = 0x90;
export const SHAPED = 0x91;
export const MAX_SHORT_SHAPE = 0xff - SHAPED;

/** What a peer can make this agent keep. */
export const MAX_SHAPES = 256;
export const MAX_KEYS = 32;
export const MAX_KEY_LENGTH = 64;

/** Deeper values take the plain lane. */
export const MAX_NESTING = 100;

type View = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView;

export const VIEWS: readonly View[] = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
];
