/** Starting a thread, and noticing or causing its end. */
import { globals, later, ownGlobal, raise } from '../../core/internal.js';
import type { WorkerLike } from '../../connect.js';
import { nodeProcess } from '../node-process.js';

/** The part of URL that is used, declared structurally. */
export interface UrlLike {
  readonly href: string;
}

type WorkerClass = new (url: string | UrlLike, options: { type: 'module' }) => WorkerLike;

/**
 * Starts a thread that runs the script as a module; in Node the file name and package.json say
 * whether it is one. Throws `NotSupported` where there are no workers.
 */
export function startThread(stackStartFn: unknown, script: string | UrlLike): WorkerLike {
  const Worker = ownGlobal('Worker') as WorkerClass | undefined;
  if (Worker !== undefined) return new Worker(script, { type: 'module' });
  const threads = nodeProcess()?.getBuiltinModule?.('node:worker_threads');
  if (threads === undefined)
    return raise(stackStartFn, 'NotSupported', 'this platform has no workers');
  return new threads.Worker(script);
}

/** A Worker that emits an event at its end: `exit` in Node, `close` for Bun's Web Workers. */
interface WorkerWithExit {
  readonly threadId: number;
  once?(event: 'exit', listener: () => void): void;
  addEventListener(event: 'close', listener: () => void): void;
}

/**
 * Returns a promise that fulfils when the thread has ended; call it before the thread can have
 * ended. Returns undefined in browsers and for Deno's Web Workers: they emit no event at their end,
 * and run until they are terminated.
 */
export function exitOf(worker: WorkerLike): Promise<void> | undefined {
  if (!('threadId' in worker)) return undefined;
  const thread = worker as unknown as WorkerWithExit;
  if (thread.threadId < 0) return Promise.resolve();
  return new Promise((resolve) => {
    if (thread.once === undefined) thread.addEventListener('close', resolve);
    else thread.once('exit', resolve);
  });
}

/** Whether the application listens for errors of the thread. One listener is this package's own. */
export const hasErrorListener = (worker: WorkerLike): boolean =>
  ((worker as { listenerCount?(event: 'error'): number }).listenerCount?.('error') ?? 0) > 1;

/** How long a platform may take to emit the end of a thread that was terminated. */
const TERMINATION_MS = 2000;

/**
 * Fulfils when the thread has ended: by itself within `graceMs` milliseconds, or because it is
 * terminated then. Does not keep a process alive.
 */
export async function endThread(
  worker: WorkerLike,
  exit: Promise<void> | undefined,
  graceMs: number,
): Promise<void> {
  const mayEndByItself = exit !== undefined && !('Deno' in globalThis) && graceMs > 0;
  if (mayEndByItself && (await exitsWithin(exit, graceMs))) return;
  worker.terminate();
  if (exit !== undefined) await exitsWithin(exit, TERMINATION_MS);
}

async function exitsWithin(exit: Promise<void>, ms: number): Promise<boolean> {
  let timer: unknown;
  const late = new Promise<false>((resolve) => {
    timer = later(ms, () => {
      resolve(false);
    });
  });
  const inTime = await Promise.race([exit.then(() => true), late]);
  globals.clearTimeout(timer);
  return inTime;
}
