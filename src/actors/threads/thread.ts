import { globals, later, ownGlobal, raise } from '../../core/internal.js';
import type { WorkerLike } from '../../connect.js';

/** The least that a URL must do. */
export interface UrlLike {
  readonly href: string;
}

/**
 * What of a platform this file looks at, said structurally: it compiles without the types of any.
 */
interface Globals {
  readonly Worker?: new (url: string | UrlLike, options: { type: 'module' }) => WorkerLike;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

/** A bundler's stand-in for `process` lacks the method. */
interface Process {
  getBuiltinModule?: {
    (name: 'node:worker_threads'): {
      readonly Worker: new (url: string | UrlLike) => WorkerLike;
    };
    (name: 'node:os'): { availableParallelism(): number };
  };
}

const node = (): Process | undefined => ownGlobal('process') as Process | undefined;

/**
 * A thread that runs the script, which is a module (in Node what its name and package.json say).
 */
export function startThread(stackStartFn: unknown, script: string | UrlLike): WorkerLike {
  const Worker = ownGlobal('Worker') as Globals['Worker'];
  if (Worker !== undefined) return new Worker(script, { type: 'module' });
  const threads = node()?.getBuiltinModule?.('node:worker_threads');
  if (threads === undefined)
    return raise(stackStartFn, 'NotSupported', 'this platform has no workers');
  return new threads.Worker(script);
}

/**
 * What tells of the end of a thread, where anything does: `exit` in Node, `close` of Bun's Web
 * Workers.
 */
interface Teller {
  readonly threadId: number;
  once?(event: 'exit', listener: () => void): void;
  addEventListener(event: 'close', listener: () => void): void;
}

/**
 * Fulfils when the thread has ended; to be asked for before it can have. Undefined in browsers and
 * for Deno's Web Workers, where nothing tells: such a thread goes on until it is terminated.
 */
export function exitOf(worker: WorkerLike): Promise<void> | undefined {
  if (!('threadId' in worker)) return undefined;
  const teller = worker as unknown as Teller;
  if (teller.threadId < 0) return Promise.resolve();
  return new Promise((resolve) => {
    if (teller.once === undefined) teller.addEventListener('close', resolve);
    else teller.once('exit', resolve);
  });
}

/** Does the user listen for the errors of that thread? This package itself does so once. */
export const isWatched = (worker: WorkerLike): boolean =>
  ((worker as { listenerCount?(event: 'error'): number }).listenerCount?.('error') ?? 0) > 1;

/** Milliseconds that a platform may take to tell that a thread was terminated. */
const PATIENCE = 2000;

/**
 * Fulfils when the thread has ended: by itself within so many milliseconds, or else because it is
 * terminated then. Its timers keep no process open.
 */
export async function endOf(
  worker: WorkerLike,
  exit: Promise<void> | undefined,
  patience: number,
): Promise<void> {
  const endsAlone = exit !== undefined && !('Deno' in globalThis) && patience > 0;
  if (endsAlone && (await settlesWithin(exit, patience))) return;
  worker.terminate();
  if (exit !== undefined) await settlesWithin(exit, PATIENCE);
}

async function settlesWithin(exit: Promise<void>, ms: number): Promise<boolean> {
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

/** How many threads run at once here. */
export function cores(): number {
  const { navigator } = globalThis as Globals;
  return (
    navigator?.hardwareConcurrency ??
    node()?.getBuiltinModule?.('node:os').availableParallelism() ??
    1
  );
}
