import {
  Client,
  Failure,
  type PendingRequest,
  raise,
  type RequestTable,
  sessionOf,
  wrongHandleMessage,
} from '../core/internal.js';
import type { Awaited } from './blocker.js';
import { BlockingCall, type SyncReqOptions } from './blocking-call.js';
import { isSameThread, sendProbeFor, transportsOf, wasPolled } from './same-thread.js';

/**
 * Like `client.req()`, but blocks this thread until the reply is here. Meanwhile the thread's other
 * connections still receive; what follows from that, such as the continuation of promises, runs
 * after the call.
 *
 * @param options `timeout` in milliseconds and `spin` in microseconds; `transfer` as in
 * `client.req()`
 * @throws UmpError with the codes that `client.req()` rejects with: `App`, `ServerDisappeared`,
 * `NoReply`, `Timeout`, `DataClone`, `Detached`, `Protocol`, `InvalidArgument`, with an actor also
 * `HandlerFailed` and `MethodNotFound`; also `WouldDeadlock` if the server is in this thread, or
 * threads wait for one another in a circle; `NotSupported` where a thread cannot block.
 */
export function reqSync<P, S, R, E>(
  client: Client<P, S, R, E>,
  msg: S,
  options?: SyncReqOptions,
): R {
  const call = new BlockingCall(reqSync, options);
  if (!(client instanceof Client)) {
    raise(reqSync, 'InvalidArgument', wrongHandleMessage(client, 'Client'));
  }
  const session = sessionOf(client);
  // The server may just have migrated, or its thread may not be known yet.
  if (isSameThread(session) || !wasPolled(session)) call.poll();
  if (isSameThread(session)) raise(reqSync, 'WouldDeadlock');
  const pending = session.requests.send(
    reqSync,
    msg,
    options?.transfer && { transfer: options.transfer },
  );
  return waitForReply(reqSync, session.requests, pending, call, (failure) => {
    session.requests.abandon(pending, failure);
  }) as R;
}

/** Blocks until the request is settled; calls `giveUp` if it cannot be waited for any longer. */
export function waitForReply(
  stackStartFn: unknown,
  { session }: RequestTable,
  pending: PendingRequest,
  call: BlockingCall,
  giveUp: (failure: Failure) => void,
): unknown {
  const awaited: Awaited = {
    isSettled: () => pending.isSettled,
    isStuck: () => isSameThread(session, pending),
    sources: () => transportsOf(session, pending),
  };
  if (call.isEndless) {
    awaited.sendProbe = (thread, count) => {
      sendProbeFor(session, pending, thread, count);
    };
  }
  const failure = call.wait(awaited);
  if (failure !== undefined) {
    giveUp(failure);
    // A server in this thread has handled the cancellation when this returns.
    if (failure.code === 'WouldDeadlock') call.poll();
  }
  const outcome = failure ?? pending.result;
  if (outcome instanceof Failure) throw outcome.toError(stackStartFn);
  return outcome;
}
