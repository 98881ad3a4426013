/** Arguments and results on their way to the other side. */
import { isObjectOrFunction } from '../core/internal.js';
import { transferListOf } from './transfer.js';
import { ByReference, transferHandlers } from './transfer-handlers.js';

/** Keeps the objects that the other side may call. */
export interface Keeper {
  /** Returns the id by which the other side may call the object. */
  readonly add: (object: object) => number;
  /** Forgets an object that the other side has released, or never got. */
  readonly drop: (id: number) => void;
}

/** How a handler has serialized a value: its name, and whether it sent the id of an object. */
export type Packed = readonly [name: string, isReference: boolean];

/** The values of one message. */
interface Outgoing {
  /** The options of the call that sends the message: an empty list would cost more than none. */
  readonly options: { transfer: readonly object[] } | undefined;
  readonly transfer: object[];
  /** What is sent in place of the value that was packed last. */
  value: unknown;
  /** Sets `value`. Returns undefined if it travels as it is. */
  pack(original: unknown): Packed | undefined;
  /** Sets `value` to the id of the object. */
  refer(object: object, name: string): Packed;
  /** The message does not arrive. */
  undo(): void;
}

export function newOutgoing(keeper: Keeper): Outgoing {
  const transfer: object[] = [];
  /** The ids of the objects that travel by reference. */
  const ids: number[] = [];
  const outgoing: Outgoing = {
    get options() {
      return transfer.length > 0 ? { transfer } : undefined;
    },
    transfer,
    value: undefined,
    pack: (original) => {
      for (const [name, handler] of transferHandlers) {
        if (handler.canHandle(original)) {
          const [serialized, moved] = handler.serialize(original);
          transfer.push(...moved);
          if (serialized instanceof ByReference) return outgoing.refer(serialized.value, name);
          outgoing.value = serialized;
          return [name, false];
        }
      }
      outgoing.value = original;
      if (isObjectOrFunction(original)) transfer.push(...transferListOf(original));
      return undefined;
    },
    refer: (object, name) => {
      const id = keeper.add(object);
      ids.push(id);
      outgoing.value = id;
      return [name, true];
    },
    undo: () => {
      ids.forEach(keeper.drop);
    },
  };
  return outgoing;
}
