/** Why a worker has died, for an agent that blocks and hears no `error` event. */
import type * as worker_threads from 'node:worker_threads';
import { portOf, takeFrom, type Port } from './ports.js';

/**
 * Of the messages that Node itself sends between a thread and its Worker, those that become
 * `error`.
 */
const ERRORS: readonly unknown[] = ['errorMessage', 'couldNotSerializeError'];

/**
 * What the `error` event of that Worker is going to tell; undefined if there is none, or where this
 * Node keeps it somewhere else. All that the thread has sent is passed on when the event loop turns
 * again.
 */
export function lastError(worker: worker_threads.Worker, threads: typeof worker_threads): unknown {
  const port = portOf(worker, 'kPort');
  let error: unknown;
  if (port === undefined) return undefined;
  for (;;) {
    const next = takeFrom(threads, port);
    if (next === undefined) return error;
    const message = next.message as { type?: unknown } | undefined;
    if (ERRORS.includes(message?.type)) error = errorIn(message, worker, port);
    else process.nextTick(() => port.emit('message', message));
  }
}

/**
 * Node makes the error of the message; the user's listeners hear of it after the call that blocks.
 */
function errorIn(message: unknown, worker: worker_threads.Worker, port: Port): unknown {
  let error: unknown;
  const own = Object.getOwnPropertyDescriptor(worker, 'emit');
  worker.emit = (type: string | symbol, given?: unknown): boolean => {
    error = given;
    process.nextTick(() => worker.emit(type, given));
    return true;
  };
  try {
    port.emit('message', message);
  } finally {
    delete (worker as { emit?: unknown }).emit;
    if (own !== undefined) Object.defineProperty(worker, 'emit', own);
  }
  return error;
}
