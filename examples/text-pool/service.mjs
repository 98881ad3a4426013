// Who runs: a pool of renderers and a tally, children of one supervisor.
import { pool, remote, spawnWorker, supervise } from 'ump-ng/actors';

/** @typedef {import('./messages.d.ts').Text} Text */
/** @typedef {import('./messages.d.ts').Rendered} Rendered */
/** @typedef {ReturnType<typeof import('./tally.mjs').tally>} Tally */

/** A document that has killed so many workers is given up. */
export const ATTEMPTS = 3;
/** Milliseconds: a worker that is so long deaf after its call was given up is killed. */
export const KILL_AFTER = 500;

/**
 * @param {number} size
 * @param {(event: import('ump-ng/actors').SupervisorEvent) => void} onEvent
 */
export function startService(size, onEvent) {
  const init = { attempts: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) };

  /** @returns {import('ump-ng/actors').SpawnedWorker<never, Text, Rendered, never, unknown>} */
  const startRenderer = () => spawnWorker(new URL('renderer.mjs', import.meta.url), { init });
  const startPool = () =>
    pool(startRenderer, {
      size,
      // Whether its worker survives a document is not known before: so none lies ready behind another one.
      prefetchMs: 0,
      // More texts do not lie in memory: ready() says when there is room.
      queue: size,
      // More than the documents that are trouble can cause. Past that it is not they who are to blame.
      intensity: { restarts: 5 * ATTEMPTS, within: 10_000 },
      // For a worker that is stuck when all is done.
      shutdown: 1000,
      onEvent,
    });

  /** @type {ReturnType<typeof startPool>} */
  let renderers;
  const supervisor = supervise(
    {
      // Stopped last: until then there may be something to post to it.
      tally: { start: () => spawnWorker(new URL('tally.mjs', import.meta.url)) },
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
    /** Whichever pool runs at the moment. */
    renderers: supervisor.children.renderers,
    stats: () => renderers.stats,
    stop: () => supervisor.stop(),
  };
}
