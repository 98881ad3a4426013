/** How a running child is ended. */
import { Client, Failure, sessionOf, UmpError } from '../../core/internal.js';
import type { Running } from './child-spec.js';
import { RefPromise } from '../support/ref-promise.js';
import { report, reportIfThrows } from '../support/report.js';
import { settlesWithin } from '../support/settles-within.js';

/** How long to wait for `done` after kill(). */
export const KILL_GRACE_MS = 5000;

/** An error that the application's own `kill()` throws must not stop the supervision. */
export function kill(running: Running): void {
  reportIfThrows(() => running.kill?.());
}

/**
 * Fails the calls that are pending at a child that was killed. Its handler may run on, and never
 * reply or let `done` settle: an actor of this thread cannot be ended, nor can some runtimes end a
 * busy thread.
 */
export function giveUp({ client, done }: Running): void {
  RefPromise.giveUp(done);
  if (client instanceof Client) {
    sessionOf(client).abort(new Failure('ServerDisappeared', 'the actor was killed'));
  }
}

export function closeClient(running: Running): void {
  reportIfThrows(() => running.client?.close());
}

export function askToEnd(running: Running): Promise<unknown> {
  if (running.stop === undefined) closeClient(running);
  else
    void Promise.resolve(running)
      .then((asked) => asked.stop?.())
      .catch(report);
  return running.done;
}

/**
 * Ends a child that was stopped before it had started: kills it after `graceMs` milliseconds.
 * Fulfils when it has ended, or KILL_GRACE_MS after it was killed.
 */
export async function endUnwanted(running: Running, graceMs: number): Promise<void> {
  RefPromise.limitEnd(running.done, graceMs);
  const done = askToEnd(running);
  closeClient(running);
  if (graceMs > 0 && (await settlesWithin(done, graceMs))) return;
  kill(running);
  await settlesWithin(done, KILL_GRACE_MS);
  giveUp(running);
}

export function asRunning(started: Running | undefined): Running {
  const done = started?.done as Partial<Promise<unknown>> | undefined;
  if (started !== undefined && typeof done?.then === 'function') return started;
  throw new UmpError('InvalidArgument', 'start() must return an object with a `done` promise');
}
