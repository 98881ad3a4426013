/**
 * The part of the core that src/actors, src/comlink and src/sync use. They import nothing else from
 * it.
 */
export { channel } from './channel.js';
export { Client, sessionOf } from './client/client.js';
export type { ClientConnection } from './client/client-connection.js';
export {
  PendingRequest,
  type PendingOwner,
  type ReturnedMessage,
} from './client/pending-request.js';
export { PostClient } from './client/post-client.js';
export { resultOfCall, type Requester, type Result } from './client/requester.js';
export { RequestTable } from './client/request-table.js';
export type { Session } from './client/session.js';
export { createWaitReply, pendingRequestOf, WaitReply } from './client/wait-reply.js';
export type { WeakClient } from './client/weak-client.js';
export { isUmpError, raise, UmpError } from './errors.js';
export {
  checkCapacity,
  checkSignal,
  checkTimeout,
  checkTransportOptions,
  checkTypes,
  forActor,
  type ChannelOptions,
  type ConnectOptions,
  type Dropped,
  type DroppedOptions,
  type ListenOptions,
  type OnDropped,
  type ReqOptions,
  type SendOptions,
  type WaitOptions,
} from './options.js';
export { cloneError, pathStep } from './protocol/clone-error.js';
export { MAX_PATH_STEPS, type Path } from './protocol/deep-errors.js';
export { holdsErrors, isOrdinary, isPlain, type Fields } from './protocol/error-values.js';
export { withErrors } from './protocol/pack-errors.js';
export {
  ADD_CLIENT,
  CANCEL,
  CIRCLE_PROBE,
  CREDIT,
  DOORBELL_BYTES,
  ERR,
  FAIL,
  HANDLER_ERROR,
  HELLO,
  LIVENESS,
  MAGIC,
  MOVED,
  OPEN,
  PACKED,
  POST,
  PROBE,
  REFERENCES_FEATURE,
  REFUSE,
  REPLY,
  REQ,
  STRONG,
  type Frame,
  type Hello,
} from './protocol/frames.js';
export { unpackErrors } from './protocol/unpack-errors.js';
export { isFin, isList, isPortLike } from './protocol/validate.js';
export {
  callerKnows,
  failWithThrown,
  rejectContext,
  type ReplyContext,
} from './reply/reply-context.js';
export { Mailbox } from './server/mailbox.js';
export type { MsgType } from './server/message.js';
export type { Sender } from './server/sender.js';
export type { Received } from './server/receivers.js';
export { createServer, mailboxOf, Server } from './server/server.js';
export type { ServerConnection } from './server/server-connection.js';
export { onAbort } from './support/abort-watch.js';
export { eachInBatches, finishBatches } from './support/batches.js';
export { blockCallerTurns, callerTurn } from './support/caller-turn.js';
export { Condition } from './support/condition.js';
export { Deferred } from './support/deferred.js';
export { endedByError, Failure, timeoutFailure } from './support/failure.js';
export {
  cancelFinalization,
  finalizeOnCollect,
  wrongHandleMessage,
} from './support/finalization.js';
export { LoopRefCount } from './support/loop-ref.js';
export { applicationTimer, natives, realTimer } from './support/natives.js';
export {
  dispose,
  globals,
  isA,
  ownGlobal,
  type AbortSignal,
  type MessagePort,
  type PortLike,
  type WorkingPort,
  type WorkingSignal,
} from './support/platform.js';
export { isObject, isObjectOrFunction, somePart } from './support/parts.js';
export { perThread } from './support/per-thread.js';
export { Queue, type QueueNode } from './support/queue.js';
export { showOnConsole } from './support/show-on-console.js';
export { uniqueNumber } from './support/unique-number.js';
export { startDeadline } from './transport/deadlines.js';
export { createChannel, createLoopRef, deliverArrived } from './transport/driver.js';
export { trackMoved } from './transport/port-holders.js';
export { closePortsIn } from './transport/ports.js';
export type { Lane, WorkingLane } from './transport/lane.js';
export type { FrameReceiver, Transport } from './transport/transport.js';
export { notifyUndelivered, setThreadHook } from './transport/undelivered.js';
export { flushUnsent, unsent, type HeldBack } from './transport/unsent.js';
