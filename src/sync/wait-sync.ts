import { raise } from '../core/errors.js';
import { Failure } from '../core/failure.js';
import { notOurs } from '../core/handle.js';
import type { Mailbox } from '../core/mailbox.js';
import type { MsgType } from '../core/message.js';
import { Requests } from '../core/requests.js';
import { mailboxOf, Server } from '../core/server.js';
import { requestOf, WaitReply } from '../core/wait-reply.js';
import type { Outcome } from '../core/waiters.js';
import { Patience, type BlockOptions } from './block.js';
import { answer } from './req-sync.js';
import { areHere } from './where.js';

/**
 * Like `server.wait()`, but blocks this thread until a message is here.
 *
 * @throws UmpError as `server.wait()` rejects: `ClientsDisappeared`, `ServerDisappeared`,
 * `Detached`; `Timeout`; `WouldDeadlock` if all its clients are in this thread; `NotSupported`
 * where a thread cannot block.
 */
export function waitSync<P, S, R, E>(
  server: Server<P, S, R, E>,
  options?: BlockOptions,
): MsgType<P, S, R, E>;
/**
 * Like `waitReply.wait()`, but blocks this thread until the answer is here. A timeout ends the
 * request, not only the wait.
 *
 * @throws UmpError as `waitReply.wait()` rejects; `WouldDeadlock` if whoever could answer is in
 * this thread: the request then still waits, and can be awaited; `NotSupported` where a thread
 * cannot block.
 */
export function waitSync<R, E>(reply: WaitReply<R, E>, options?: BlockOptions): R;
export function waitSync<P, S, R, E>(
  target: Server<P, S, R, E> | WaitReply<R, E>,
  options?: BlockOptions,
): unknown {
  const patience = new Patience(waitSync, options);
  if (target instanceof Server) return nextOf(mailboxOf(target), patience);
  if (target instanceof WaitReply) return replyOf(requestOf(target), patience);
  return raise(waitSync, 'NotSupported', notOurs(target, 'Server or WaitReply'));
}

function nextOf(mailbox: Mailbox, patience: Patience): unknown {
  // No microtask will do so before we sleep.
  for (const line of mailbox.lines) line.payCredit();
  const outcome = mailbox.waiters.known() ?? blockFor(mailbox, patience);
  if (outcome instanceof Failure) throw outcome.toError(waitSync);
  return outcome;
}

/** In turn with those who wait without blocking. */
function blockFor(mailbox: Mailbox, patience: Patience): Outcome | undefined {
  const waiter = {
    outcome: undefined as Outcome | undefined,
    settle: (outcome: Outcome): void => {
      waiter.outcome = outcome;
    },
  };
  mailbox.waiters.join(waiter);
  const failure = patience.failure({
    done: () => waiter.outcome !== undefined,
    stuck: () => areHere(mailbox),
  });
  if (failure !== undefined) mailbox.waiters.leave(waiter);
  return failure ?? waiter.outcome;
}

function replyOf({ owner, pending }: ReturnType<typeof requestOf>, patience: Patience): unknown {
  if (!(owner instanceof Requests)) {
    return raise(waitSync, 'NotSupported', 'this reply comes by way of others: await it instead');
  }
  return answer(waitSync, owner, pending, patience, (failure) => {
    if (failure.code === 'Timeout') owner.abandon(pending, failure);
  });
}
