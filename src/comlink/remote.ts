/** Remotes: what `wrap()` returns, and what a function gets in place of an object by reference. */
import {
  cancelFinalization,
  finalizeOnCollect,
  isUmpError,
  raise,
  showOnConsole,
} from '../core/internal.js';
import { APPLY, CONSTRUCT, ENDPOINT, GET, SET, type Operation } from './operations.js';
import { createEndpoint, proxyMarker, releaseProxy } from './symbols.js';
import type { CallOptions } from './types.js';

/** What a remote needs of its connection. */
export interface Caller {
  call(
    operation: Operation,
    id: number,
    path: readonly string[],
    args: readonly unknown[],
    options: CallOptions | undefined,
  ): Promise<unknown>;
  /** No remote of this object is left here. */
  release(id: number): void;
}

/** One reference to an object of the other side; it ends once. */
interface RemoteReference {
  call(
    operation: Operation,
    path: readonly string[],
    args: readonly unknown[],
    options: CallOptions | undefined,
  ): Promise<unknown>;
  /** Throws `Detached` if it has ended. */
  check(): void;
  finalize(): void;
}

/** A function of its own, so that nothing in a reference refers to the remotes. */
function newRemoteReference(caller: Caller, id: number): RemoteReference {
  let isReleased = false;
  const check = (): void => {
    if (isReleased) raise(check, 'Detached', 'this remote was released');
  };
  return {
    check,
    call: (operation, path, args, options) => {
      check();
      return caller.call(operation, id, path, args, options);
    },
    finalize: () => {
      if (!isReleased) caller.release(id);
      isReleased = true;
    },
  };
}

/** The methods that the language itself calls. */
const CONVERSIONS: readonly (string | undefined)[] = ['toJSON', 'toString', 'valueOf'];

/** Only a Proxy of a function can be called. */
const newTarget = (): object =>
  function () {
    // Never called.
  };

/** Returns a remote of the object with this id. `root` takes the place of its own target. */
export function newRemote(caller: Caller, id: number, root?: object): object {
  const reference = newRemoteReference(caller, id);
  /** All remotes that are derived from this one refer to it; its collection ends the reference. */
  const pin = {};
  finalizeOnCollect(pin, reference);

  const derive = (path: readonly string[], options?: CallOptions, target = newTarget()): object => {
    const call = (operation: Operation, args: readonly unknown[] = [], at = path) =>
      reference.call(operation, at, args, options);
    return new Proxy(target, {
      get: (_target, key) => {
        reference.check();
        if (typeof key === 'string') {
          // Vue asks each value whether it hides another one.
          if (key === '__v_raw') return undefined;
          if (key !== 'then') return derive([...path, key], options);
          // A property can be awaited; an object that is itself remote cannot.
          if (path.length === 0) return undefined;
          const value = call(GET);
          return value.then.bind(value);
        }
        if (key === proxyMarker) return true;
        if (key === createEndpoint) return () => call(ENDPOINT);
        if (key !== releaseProxy) return Reflect.get(target, key) as unknown;
        return () => {
          cancelFinalization(pin);
          reference.finalize();
        };
      },
      set: (_target, key, value) => {
        call(SET, [value], [...path, String(key)]).catch((error: unknown) => {
          // No expression can await an assignment. That the connection has ended is reported by the
          // next call; what a setter throws would be lost. It is not left unhandled, because then
          // the other side could end this process.
          if (!isUmpError(error) || error.code === 'DataClone') showOnConsole(error);
        });
        return true;
      },
      apply: (_target, _self, args) => {
        const last = path.at(-1);
        const owner = path.slice(0, -1);
        if (last === 'bind') return derive(owner, options);
        if (last === 'with') return derive(owner, { ...options, ...(args[0] as CallOptions) });
        const result = call(APPLY, args);
        // Template strings and JSON.stringify() make such calls, and ignore what these return.
        if (CONVERSIONS.includes(last)) result.catch(() => undefined);
        return result;
      },
      construct: (_target, args) => call(CONSTRUCT, args),
    });
  };
  return derive([], undefined, root);
}
