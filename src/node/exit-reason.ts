/** Why a Worker has died, for an agent that blocks and receives no `error` event. */
import type * as worker_threads from 'node:worker_threads';
import { nextTick } from './builtins.js';
import { portOf, takeFrom, type Port } from './ports.js';
import type { WorkerThreads } from './worker-threads.js';

/** The messages between a thread and its Worker that Node turns into an `error` event. */
const ERRORS: readonly unknown[] = ['errorMessage', 'couldNotSerializeError'];

/**
 * The error that the `error` event of that Worker will report; undefined if there is none, or if
 * this version of Node keeps it elsewhere. Every message that is taken from the port is emitted
 * when the event loop turns again.
 */
export function lastError(worker: worker_threads.Worker, threads: WorkerThreads): unknown {
  const port = portOf(worker, 'kPort');
  let error: unknown;
  if (port === undefined) return undefined;
  for (;;) {
    const next = takeFrom(threads, port);
    if (next === undefined) return error;
    // Node would report it as `messageerror`, to which nothing listens here.
    if (next.error !== undefined) continue;
    const message = next.message as { type?: unknown } | undefined;
    if (ERRORS.includes(message?.type)) error = errorIn(message, worker, port);
    else nextTick(() => port.emit('message', message));
  }
}

/**
 * Lets Node deserialize the error. The application's listeners get it after the blocking call has
 * returned.
 */
function errorIn(message: unknown, worker: worker_threads.Worker, port: Port): unknown {
  let error: unknown;
  const own = Object.getOwnPropertyDescriptor(worker, 'emit');
  worker.emit = (type: string | symbol, detail?: unknown): boolean => {
    error = detail;
    nextTick(() => worker.emit(type, detail));
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
