import {
  Failure,
  type Mailbox,
  mailboxOf,
  type MsgType,
  type PendingRequest,
  pendingRequestOf,
  raise,
  type Received,
  RequestTable,
  Server,
  WaitReply,
  wrongHandleMessage,
} from '../core/internal.js';
import { BlockingCall, type BlockOptions } from './blocking-call.js';
import { waitForReply } from './req-sync.js';
import { areSameThread } from './same-thread.js';

/**
 * Like `server.wait()`, but blocks this thread until a message is here.
 *
 * @throws UmpError with the codes that `server.wait()` rejects with: `ClientsDisappeared`,
 * `ServerDisappeared`, `Detached`; also `Timeout`; `WouldDeadlock` if all its clients are in this
 * thread; `InvalidArgument` if an option is invalid; `NotSupported` where a thread cannot block.
 */
export function waitSync<P, S, R, E>(
  server: Server<P, S, R, E>,
  options?: BlockOptions,
): MsgType<P, S, R, E>;
/**
 * Like `waitReply.wait()`, but blocks this thread until the reply is here. A timeout ends the
 * request, not only the wait.
 *
 * @throws UmpError with the codes that `waitReply.wait()` rejects with; also `WouldDeadlock` if the
 * server that must reply is in this thread: the request then stays pending, and can be awaited;
 * `InvalidArgument` if an option is invalid, or for a reply of a pool or a supervised client;
 * `NotSupported` where a thread cannot block.
 */
export function waitSync<R, E>(reply: WaitReply<R, E>, options?: BlockOptions): R;
export function waitSync<P, S, R, E>(
  handle: Server<P, S, R, E> | WaitReply<R, E>,
  options?: BlockOptions,
): unknown {
  const call = new BlockingCall(waitSync, options);
  if (handle instanceof Server) return nextOf(mailboxOf(handle), call);
  if (handle instanceof WaitReply) return replyOf(pendingRequestOf(handle), call);
  return raise(waitSync, 'InvalidArgument', wrongHandleMessage(handle, 'Server or WaitReply'));
}

function nextOf(mailbox: Mailbox, call: BlockingCall): unknown {
  // Credit is otherwise sent in a microtask, and none runs before this thread sleeps.
  for (const connection of mailbox.connections) connection.flushCredit();
  const outcome = mailbox.receivers.tryReceive() ?? blockFor(mailbox, call);
  if (outcome instanceof Failure) throw outcome.toError(waitSync);
  return outcome;
}

/** Takes its turn among the other receivers, which wait without blocking. */
function blockFor(mailbox: Mailbox, call: BlockingCall): Received | undefined {
  const receiver = {
    outcome: undefined as Received | undefined,
    settle: (outcome: Received): void => {
      receiver.outcome = outcome;
    },
  };
  mailbox.receivers.add(receiver);
  const failure = call.wait({
    isSettled: () => receiver.outcome !== undefined,
    isStuck: () => areSameThread(mailbox),
  });
  if (failure !== undefined) mailbox.receivers.remove(receiver);
  return failure ?? receiver.outcome;
}

function replyOf(pending: PendingRequest, call: BlockingCall): unknown {
  const { owner } = pending;
  if (!(owner instanceof RequestTable)) {
    return raise(
      waitSync,
      'InvalidArgument',
      'waitSync() takes replies of clients only: await the reply of a pool or a supervised client',
    );
  }
  return waitForReply(waitSync, owner, pending, call, (failure) => {
    if (failure.code === 'Timeout') owner.abandon(pending, failure);
  });
}
