/** The handles of callbacks and remote objects, in the thread that has made one and in others. */
import { dispose, type ReqOptions, type UmpError } from '../../core/internal.js';
import { REFERENCE, type Reference } from '../references/reference.js';
import { request } from './remote-calls.js';
import type { CallRequester } from './stream.js';

/** The name by which a callback calls its function. */
export const CALL = 'call';

/** How a handle ends. */
interface HandleEnds {
  readonly closed: Promise<UmpError>;
  close(): void;
}

/**
 * Adds what every handle has. None of it is enumerable. The tag keeps Vue from putting a Proxy
 * around an object.
 */
export function withEnds<T extends object>(handle: T, reference: Reference, ends: HandleEnds): T {
  const close = (): void => {
    ends.close();
  };
  return Object.defineProperties(handle, {
    [REFERENCE]: { value: reference },
    [Symbol.toStringTag]: { value: reference.kind === 'object' ? 'RemoteObject' : 'Callback' },
    closed: { get: () => ends.closed },
    close: { value: close },
    [dispose]: { value: close },
  });
}

/** A function that calls a callback. */
export function callbackThrough(
  callerOf: () => CallRequester,
  reference: Reference,
  ends: HandleEnds,
  receive: (reply: unknown) => unknown,
): object {
  const calling =
    (options: ReqOptions) =>
    async (...args: unknown[]) =>
      request(callerOf(), CALL, args, options, receive, 'the callback');
  const callback = Object.defineProperties(calling({}), { with: { value: calling } });
  return withEnds(callback, reference, ends);
}
