import { isObject, raise } from '../../core/internal.js';
import { Outlet, type ReferenceOptions } from '../references/outlet.js';
import type { NoTables } from './actor.js';
import { callHandler } from './call-handler.js';
import { withEnds } from './handles.js';
import { checkNames, CallableObject } from './callable-object.js';
import type { ReqContext } from './method-call.js';
import type { NoFunction } from './method-types.js';
import { receivedResult } from './received.js';
import type { RemoteObject } from './reference-types.js';
import { createRemote } from './remote-calls.js';
import type { CallRequester } from './stream.js';

/**
 * Makes the methods of an object callable from other threads, as those of an `actor()` are: the
 * result can be passed to the methods of a `remote()`, to callbacks, and be a result of methods, by
 * itself or within objects and arrays. The receiver gets a {@link RemoteObject}. The object stays
 * in this thread, with its state.
 *
 * Each receiver holds it until it closes or forgets what it got, or dies. The object does not keep
 * a process running.
 *
 * ```ts
 * const sessions = actor({ open: (user: string) => remoteObject(new Session(user)) });
 * const session = await remote(spawn(sessions)).req.open('ann');
 * await session.req.rename('Anna');
 * session.close();
 * ```
 *
 * @throws UmpError `InvalidArgument` if `object` is not an object, if an option is invalid, or if a
 * literal has a name that is never remote (see `actor()`).
 */
export function remoteObject<T extends object>(
  object: T & NoFunction & NoTables & ThisType<T & ReqContext>,
  options?: ReferenceOptions,
): RemoteObject<T> {
  if (!isObject(object)) {
    return raise(remoteObject, 'InvalidArgument', 'remoteObject() takes an object');
  }
  checkNames(remoteObject, object);
  const requests = new CallableObject(object);
  const posts = new CallableObject({});
  const outlet = new Outlet(
    remoteObject,
    'object',
    (self) => callHandler({ posts, requests, self }),
    options,
  );
  // The client is made when the first call is, as a client keeps the server open.
  const caller: CallRequester = {
    post: (...call) => {
      outlet.client.post(...call);
    },
    req: (...call) => outlet.client.req(...call),
    reqDeferred: (...call) => outlet.client.reqDeferred(...call),
  };
  const end = (): Promise<void> => {
    outlet.close();
    return Promise.resolve();
  };
  return withEnds(createRemote(caller, end, receivedResult), outlet, outlet) as never;
}
