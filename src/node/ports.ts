/** Ports as node:worker_threads has them, in Node and in what takes after it. */
import type * as worker_threads from 'node:worker_threads';
import { ownGlobal } from '../core/support/platform.js';

type WorkerThreads = typeof worker_threads;

/** hasRef() is younger than the types. */
export type Port = worker_threads.MessagePort & { hasRef?: () => boolean };

/**
 * A port behind a Worker, for an agent that blocks: that of the user's messages, or that of Node's
 * own. Undefined where Node no longer keeps it under that name.
 */
export function portOf(worker: object, name: 'kPublicPort' | 'kPort'): Port | undefined {
  const key = Object.getOwnPropertySymbols(worker).find(({ description }) => description === name);
  // Node sets it to null when the thread has exited.
  return (key && (worker as Record<symbol, Port | null | undefined>)[key]) ?? undefined;
}

export interface Taken {
  readonly message: unknown;
  /** Why the message could not be deserialized. */
  readonly error?: unknown;
}

/**
 * Takes the next message that has arrived. Where a message cannot be deserialized, the event loop
 * tells `messageerror`, but this call of Node's throws; either way the message is gone and the next
 * one follows.
 */
export function takeFrom(
  { receiveMessageOnPort }: Pick<WorkerThreads, 'receiveMessageOnPort'>,
  port: Port,
): Taken | undefined {
  try {
    return receiveMessageOnPort(port);
  } catch (error) {
    // Not a port: nothing was taken, and nothing ever would be.
    if ((error as { code?: unknown }).code === 'ERR_INVALID_ARG_TYPE') throw error;
    return { message: undefined, error };
  }
}

/** It takes after Node, but its ports are those of the web, with Node's methods put on. */
export const inDeno = ownGlobal('Deno') !== undefined;
export const inBun = ownGlobal('Bun') !== undefined;

/**
 * Is anybody listening there, not counting `ours`? Deno does not count. There a port that holds the
 * loop is listened to, and of parentPort, where not even that can be seen, we suppose so.
 */
export const isShared = (port: Port, ours = 0): boolean =>
  inDeno ? port.hasRef?.() !== false : port.listenerCount('message') > ours;

/**
 * Deno gives ports Node's methods one by one: those that it makes, and those that it finds in what
 * comes to a port or a thread of Node's kind. A port that came by a web event lacks them, and says
 * no `close`, until such a port has seen it.
 */
export function completer({ MessageChannel, MessagePort }: WorkerThreads): (to: object) => void {
  let seer: EventTarget | undefined;
  return (target) => {
    if ('on' in target || !(target instanceof MessagePort)) return;
    seer ??= listening(new MessageChannel()) as unknown as EventTarget;
    seer.dispatchEvent(new MessageEvent('message', { data: target }));
  };
}

function listening({ port1, port2 }: worker_threads.MessageChannel): Port {
  port1.on('message', () => undefined);
  port2.close();
  return port1;
}
