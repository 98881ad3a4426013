import { raise } from '../../core/internal.js';
import { Outlet, type ReferenceOptions } from '../references/outlet.js';
import { callHandler } from './call-handler.js';
import { CALL, callbackThrough } from './handles.js';
import { CallableObject } from './callable-object.js';
import { receivedResult } from './received.js';
import type { Callback } from './reference-types.js';
import type { Replied } from './results.js';

/**
 * Makes a function callable from other threads: the result can be passed to the methods of a
 * `remote()`, to other callbacks, and be a result of methods, by itself or within objects and
 * arrays. The receiver gets a {@link Callback}, an async function.
 *
 * Its arguments are copied as those of a method are. What the function throws reaches the caller as
 * `HandlerFailed`, `cause` being what was thrown. In a `function`, `this.signal` aborts when the
 * caller gives up or dies.
 *
 * Each receiver holds it until it closes or forgets what it got, or dies. The callback does not
 * keep a process running.
 *
 * ```ts
 * await remote(downloader).req.load(url, callback((percent: number) => bar.show(percent)));
 * ```
 *
 * @throws UmpError `InvalidArgument` if `fn` is not a function, or an option is invalid.
 */
export function callback<A extends unknown[], R>(
  fn: (...args: A) => R,
  options?: ReferenceOptions,
): Callback<A, Replied<Awaited<R>>> {
  if (typeof fn !== 'function') {
    return raise(callback, 'InvalidArgument', 'callback() takes a function');
  }
  const requests = new CallableObject({ [CALL]: fn });
  const posts = new CallableObject({});
  const outlet = new Outlet(
    callback,
    'callback',
    (self) => callHandler({ posts, requests, self, isCallback: true }),
    options,
  );
  return callbackThrough(() => outlet.client, outlet, outlet, receivedResult) as never;
}
