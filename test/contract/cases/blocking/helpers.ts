/** Functions that the cases about blocking calls share. */
import type { MessagePort } from 'ump-ng';
import { connectTo } from '../../in-process-pair.js';
import type { AnyClient, Capability, Rig, Task, Thread } from '../../rig.js';
import type { Calls } from '../../roles/blocking.js';
import type { CallOutcome } from '../../roles/clients.js';

export const REAL: readonly Capability[] = ['blocking', 'threads'];

/** Milliseconds. The watchdog cannot end a case that blocks its own thread. */
export const LONG = { timeout: 15_000 };

export type ServerRole = 'serve' | 'serveSync';

export interface Far {
  thread: Thread;
  task: Task;
  client: AnyClient;
}

/** A server that carries out commands, with blocking or with async waits, and a client of it. */
export async function serve(rig: Rig, role: ServerRole, options = {}): Promise<Far> {
  const thread = await rig.thread();
  const task = thread.run(role, options);
  return { thread, task, client: connectTo(thread) };
}

/** Makes blocking calls in another thread, by the client of that port; fulfils when they begin. */
export async function callThere(
  rig: Rig,
  port: MessagePort,
  calls: Calls,
): Promise<{ thread: Thread; outcomes: Promise<CallOutcome[]> }> {
  const thread = await rig.thread();
  const task = thread.run('callSync', { ...LONG, ...calls }, [port]);
  await task.nextMessage();
  return { thread, outcomes: task.result as Promise<CallOutcome[]> };
}

export const value = (value: unknown): CallOutcome => ({ ok: true, value });
export const code = (code: string): CallOutcome => ({ ok: false, code });
