/** The actor of roles/references.ts, for the cases. */
import * as actors from 'ump-ng/actors';
import type { Callback, Remote } from 'ump-ng/actors';
import { connectTo } from './in-process-pair.js';
import { closeAtEnd } from './keep-until-end.js';
import type { Rig, Task } from './rig.js';
import type { References } from './roles/references.js';

// The first build, which test/versions runs this file with, has neither.
export const callback: typeof actors.callback = (...args) => closeAtEnd(actors.callback(...args));
export const remoteObject: typeof actors.remoteObject = (...args) =>
  closeAtEnd(actors.remoteObject(...args));

export interface There {
  readonly there: Remote<References>;
  readonly task: Task;
  readonly kill: () => Promise<void>;
}

/** The actor in a thread of the rig. */
export async function references(rig: Rig): Promise<There> {
  const thread = await rig.thread();
  const task = thread.run('serveReferences', undefined);
  task.result.catch(() => undefined);
  const client = closeAtEnd(connectTo(thread));
  return { there: actors.remote<References>(client), task, kill: thread.kill };
}

export const doubling = (): Callback<[number], number> => callback((n: number) => 2 * n);
