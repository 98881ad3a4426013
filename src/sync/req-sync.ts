import {
  type Client,
  Failure,
  type PendingRequest,
  raise,
  type Requests,
  sessionOf,
} from '../core/internal.js';
import { BlockingCall, type SyncReqOptions } from './blocking-call.js';
import type { Awaited } from './blocker.js';
import { isSameThread, wasPolled, transportsOf, probe } from './same-thread.js';

/**
 * Like `client.req()`, but blocks this thread until the answer is here. Meanwhile its other lines
 * go on receiving; what that leads to, promises above all, comes after the call.
 *
 * @param options `timeout` and `spin`; `transfer` as in `client.req()`
 * @throws UmpError as `client.req()` rejects: `App`, `ServerDisappeared`, `NoReply`, `Timeout`,
 * `DataClone`, `Detached`, `Protocol`; `WouldDeadlock` if the server is in this thread, or threads
 * wait for one another in a circle; `NotSupported` where a thread cannot block.
 */
export function reqSync<P, S, R, E>(
  client: Client<P, S, R, E>,
  msg: S,
  options?: SyncReqOptions,
): R {
  const call = new BlockingCall(reqSync, options);
  const session = sessionOf(reqSync, client);
  // It may just have left this thread, or it is not known yet to be in it.
  if (isSameThread(session) || !wasPolled(session)) call.poll();
  if (isSameThread(session)) raise(reqSync, 'WouldDeadlock');
  const pending = session.requests.send(
    reqSync,
    msg,
    options && { transfer: options.transfer ?? [] },
  );
  return answer(reqSync, session.requests, pending, call, (failure) => {
    session.requests.abandon(pending, failure);
  }) as R;
}

/** Blocks until the request is settled; `giveUp` where it cannot be waited for any longer. */
export function answer(
  stackStartFn: unknown,
  { session }: Requests,
  pending: PendingRequest,
  call: BlockingCall,
  giveUp: (failure: Failure) => void,
): unknown {
  const awaited: Awaited = {
    done: () => pending.isSettled,
    stuck: () => isSameThread(session, pending),
    from: () => transportsOf(session, pending),
  };
  if (call.isEndless) {
    awaited.probe = (thread, count) => {
      probe(session, pending, thread, count);
    };
  }
  const failure = call.failure(awaited);
  if (failure !== undefined) {
    giveUp(failure);
    // If that is in this thread, it is done with when this returns.
    if (failure.code === 'WouldDeadlock') call.poll();
  }
  const outcome = failure ?? pending.result;
  if (outcome instanceof Failure) throw outcome.toError(stackStartFn);
  return outcome;
}
