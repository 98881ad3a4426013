import { lineOf, type Client } from '../core/client.js';
import { raise } from '../core/errors.js';
import { Failure } from '../core/failure.js';
import type { Pending } from '../core/pending.js';
import type { Requests } from '../core/requests.js';
import { Patience, type SyncReqOptions } from './block.js';
import type { Awaited } from './blocker.js';
import { isHere, isPlaced, linksTo, probe } from './where.js';

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
  const patience = new Patience(reqSync, options);
  const line = lineOf(reqSync, client);
  // It may just have left this thread, or it is not known yet to be in it.
  if (isHere(line) || !isPlaced(line)) patience.look();
  if (isHere(line)) raise(reqSync, 'WouldDeadlock');
  const pending = line.requests.send(reqSync, msg, options && { transfer: options.transfer ?? [] });
  return answer(reqSync, line.requests, pending, patience, (failure) => {
    line.requests.abandon(pending, failure);
  }) as R;
}

/** Blocks until the request is settled; `giveUp` where it cannot be waited for any longer. */
export function answer(
  entry: unknown,
  { line }: Requests,
  pending: Pending,
  patience: Patience,
  giveUp: (failure: Failure) => void,
): unknown {
  const awaited: Awaited = {
    done: () => pending.settled,
    stuck: () => isHere(line, pending),
    from: () => linksTo(line, pending),
  };
  if (patience.isEndless) {
    awaited.probe = (thread, count) => {
      probe(line, pending, thread, count);
    };
  }
  const failure = patience.failure(awaited);
  if (failure !== undefined) {
    giveUp(failure);
    // If that is in this thread, it is done with when this returns.
    if (failure.code === 'WouldDeadlock') patience.look();
  }
  const outcome = failure ?? pending.result;
  if (outcome instanceof Failure) throw outcome.toError(entry);
  return outcome;
}
