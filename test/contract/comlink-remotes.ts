/** Remotes of ump-ng/comlink for the cases. */
import {
  expose,
  releaseProxy,
  transferHandlers,
  windowEndpoint,
  wrap,
  type AnyEndpoint,
  type ExposeOptions,
  type ProxyMethods,
  type Remote,
} from 'ump-ng/comlink';
import { fail, show } from './assertions.js';
import { closeAtEnd, keep } from './keep-until-end.js';
import type { Rig, Task, Thread } from './rig.js';
import type { Service } from './roles/comlink.js';

export const endpointOf = ({ endpoint, options }: Thread): AnyEndpoint =>
  typeof options?.origin === 'string'
    ? windowEndpoint(endpoint as never, undefined, options.origin)
    : endpoint;

/** A service in a thread of the rig, and a remote of it. */
export async function remoteService(
  rig: Rig,
  options: ExposeOptions = {},
): Promise<{ remote: Remote<Service>; task: Task; kill: () => Promise<void> }> {
  const thread = await rig.thread();
  const task = thread.run('exposeService', options);
  const remote = releasedAtEnd(wrap<Service>(endpointOf(thread)));
  await task.nextMessage();
  return { remote, task, kill: thread.kill };
}

/** An object that is exposed in this thread, and a remote of it. */
export function remoteOf<T extends object>(object: T, options?: ExposeOptions): Remote<T> {
  const { port1, port2 } = new MessageChannel();
  expose(object, port2, options);
  return releasedAtEnd(wrap<T>(port1));
}

/** Keeps the remote, and releases it when the case ends, if the case has not. */
export function releasedAtEnd<T extends ProxyMethods>(remote: T): T {
  closeAtEnd({
    close: () => {
      try {
        remote[releaseProxy]();
      } catch {
        // The case has released it.
      }
    },
  });
  return keep(remote);
}

/** What the promise rejects with, whatever it is. */
export async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  return fail(`expected a rejection, but it fulfilled with ${show(value)}`);
}

/** Sends a Date as its time, so that a case sees whether the handler was used. */
export function useDates(): void {
  transferHandlers.set('date', {
    canHandle: (value): value is unknown => value instanceof Date,
    serialize: (date) => [[(date as Date).getTime() + YEAR], []],
    deserialize: (times) => new Date((times as number[])[0]!),
  });
}

/** Added by the handler. */
export const YEAR = 366 * 86_400_000;
