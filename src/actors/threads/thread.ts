/** Noticing or causing the end of a thread. */
import { ownGlobal } from '../../core/internal.js';
import type { WorkerLike } from '../../connect.js';
import { settlesWithin } from '../support/settles-within.js';

/** A Worker that emits an event at its end: `exit` in Node, `close` for Bun's Web Workers. */
interface WorkerWithExit {
  readonly threadId: number;
  once?(event: 'exit', listener: (code: number) => void): void;
  addEventListener(event: 'close', listener: (event: { readonly code?: number }) => void): void;
}

/**
 * Returns a promise that fulfils with the exit code when the thread has ended; call it before the
 * thread can have ended. Returns undefined in browsers and for Deno's Web Workers: they emit no
 * event at their end, and run until they are terminated.
 */
export function exitOf(worker: WorkerLike): Promise<number | undefined> | undefined {
  if (!('threadId' in worker)) return undefined;
  const thread = worker as unknown as WorkerWithExit;
  if (thread.threadId < 0) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    if (thread.once !== undefined) thread.once('exit', resolve);
    else {
      thread.addEventListener('close', ({ code }) => {
        resolve(code);
      });
    }
  });
}

/** Whether a thread with this result of exitOf() ends when nothing keeps it running. */
const endsByItself = (
  exit: Promise<number | undefined> | undefined,
): exit is Promise<number | undefined> => exit !== undefined && ownGlobal('Deno') === undefined;

/** Whether the application listens for errors of the thread. One listener is this package's own. */
export const hasErrorListener = (worker: WorkerLike): boolean =>
  ((worker as { listenerCount?(event: 'error'): number }).listenerCount?.('error') ?? 0) > 1;

/** In Node, the output of a thread arrives in a stream, which is piped to that of the process. */
interface WorkerOutput {
  readonly readableEnded?: boolean;
  /** Null if nothing reads the stream. */
  readonly readableFlowing?: boolean | null;
  once?(event: 'end' | 'close', listener: () => void): void;
}

interface WorkerWithOutput extends WorkerLike {
  readonly stdout?: WorkerOutput | null;
  readonly stderr?: WorkerOutput | null;
}

/** The end of what a thread that has ended has printed, if something reads it. */
function outputEnd(output: WorkerOutput | null | undefined): Promise<void> | undefined {
  if (output?.once === undefined || output.readableEnded !== false) return undefined;
  if (typeof output.readableFlowing !== 'boolean') return undefined;
  return new Promise((resolve) => {
    output.once?.('end', resolve);
    output.once?.('close', resolve);
  });
}

/** How long a platform may take to emit the end of a thread that was terminated. */
const TERMINATION_MS = 2000;

/**
 * Fulfils when the thread has ended: by itself within `graceMs` milliseconds, after which as many
 * are allowed for its output; or because it is terminated then. Returns its exit code, or undefined
 * if the platform does not tell. Does not keep a process alive.
 */
export async function endThread(
  worker: WorkerLike,
  exit: Promise<number | undefined> | undefined,
  graceMs: number,
): Promise<number | undefined> {
  const mayEndByItself = endsByItself(exit) && graceMs > 0;
  if (mayEndByItself && (await settlesWithin(exit, graceMs, false))) {
    const { stdout, stderr } = worker as WorkerWithOutput;
    await settlesWithin(Promise.all([outputEnd(stdout), outputEnd(stderr)]), graceMs, false);
    return exit;
  }
  worker.terminate();
  return exit !== undefined && (await settlesWithin(exit, TERMINATION_MS, false))
    ? exit
    : undefined;
}
