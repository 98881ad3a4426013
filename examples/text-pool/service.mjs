// A pool of renderers and a tally, which are children of one supervisor.
import { pool, remote, supervise } from 'ump-ng/actors';

/** @typedef {import('./messages.d.ts').Text} Text */
/** @typedef {import('./messages.d.ts').Rendered} Rendered */
/** @typedef {ReturnType<typeof import('./tally.mjs').tally>} Tally */

/** After this many dead workers, the supervisor no longer retries a document. */
export const ATTEMPTS = 3;
/** Milliseconds. A worker that is still unresponsive this long after a cancellation is killed. */
export const KILL_AFTER = 500;

/**
 * @param {number} size
 * @param {(event: import('ump-ng/actors').SupervisorEvent) => void} onEvent
 */
export function startService(size, onEvent) {
  const init = { attempts: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) };

  /** @returns {import('ump-ng/actors').Pool<never, Text, Rendered>} */
  const startPool = () =>
    pool(new URL('renderer.mjs', import.meta.url), {
      size,
      init,
      // Any document may kill its worker, so no call is queued behind another one.
      prefetchMs: 0,
      // Limits the texts in memory: ready() waits until the queue has room.
      queue: size,
      // Bad documents end several workers in a row; the next ones are wanted soon.
      backoff: { initial: 10, max: 100 },
      // Kills a worker that is stuck at the end.
      shutdown: 1000,
      onEvent,
    });

  /** @type {ReturnType<typeof startPool>} */
  let renderers;
  const supervisor = supervise(
    {
      // Stopped last, because the others can post to it until then.
      tally: { start: new URL('tally.mjs', import.meta.url) },
      renderers: {
        start: () => {
          const own = (renderers = startPool());
          return { client: own, done: own.done, stop: () => own.stop(), kill: () => own.kill() };
        },
      },
    },
    { onEvent },
  );
  /** @type {import('ump-ng/actors').Remote<Tally>} */
  const tally = remote(supervisor.children.tally);

  return {
    tally,
    /** The pool that currently runs. */
    renderers: supervisor.children.renderers,
    stats: () => renderers.stats,
    stop: () => supervisor.stop(),
  };
}
