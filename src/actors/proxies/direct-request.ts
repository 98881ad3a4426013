import {
  Client,
  type PendingRequest,
  type ReqOptions,
  type ReturnedMessage,
  sessionOf,
  type UmpError,
} from '../../core/internal.js';
import { now } from '../support/now.js';
import { isTargetLost, type CallTarget } from './call-target.js';

/** A request that its target has returned; `since` is when the caller made it. */
type OnReturned = (pending: PendingRequest, message: ReturnedMessage, since: number) => void;

/**
 * Sends a request to a target without a copy of its message in between. Returns undefined if the
 * target is lost, and has got nothing. If the target returns the request, its promise stays
 * pending, and `onReturned` is called.
 */
export function requestDirectly<P, S, R, E>(
  stackStartFn: unknown,
  target: CallTarget<P, S, R, E>,
  msg: S,
  options: ReqOptions,
  onReturned: OnReturned,
): Promise<R> | undefined {
  const { client } = target;
  if (!(client instanceof Client)) return client.req(msg, options);
  let pending: PendingRequest;
  try {
    pending = sessionOf(client).requests.send(stackStartFn, msg, options, true);
  } catch (error) {
    if (isTargetLost(error)) return undefined;
    throw error;
  }
  const record = target.onRequest?.(msg);
  pending.onReturned = (message) => {
    onReturned(pending, message, record?.since ?? now());
    record?.returned();
  };
  if (record !== undefined) {
    pending.outcome.then(
      () => {
        record.settled();
      },
      (error: unknown) => {
        record.settled(error as UmpError);
      },
    );
  }
  return pending.outcome as Promise<R>;
}
