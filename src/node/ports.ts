/** Ports of the kind that node:worker_threads has, in Node and in the runtimes that imitate it. */
import type * as worker_threads from 'node:worker_threads';
import { perThread } from '../core/support/per-thread.js';
import { ownGlobal } from '../core/support/platform.js';
import type { WorkerThreads } from './worker-threads.js';

/** `hasRef()` is younger than the types. */
export type Port = worker_threads.MessagePort & { hasRef?: () => boolean };

/** Deno's ports are those of the web, with Node's methods added. */
export const inDeno = ownGlobal('Deno') !== undefined;
export const inBun = ownGlobal('Bun') !== undefined;

/**
 * A port behind a Worker, for an agent that blocks: the port of the application's messages, or the
 * port of Node's own. Undefined where this version of Node does not keep it under that name.
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
 * Takes the next message that has arrived. For a message that cannot be deserialized the event loop
 * emits `messageerror`, but receiveMessageOnPort() throws; in both cases that message is gone and
 * the next one follows.
 */
export function takeFrom(
  { receiveMessageOnPort }: Pick<WorkerThreads, 'receiveMessageOnPort'>,
  port: Port,
): Taken | undefined {
  try {
    return receiveMessageOnPort(port);
  } catch (error) {
    // It is not a port: nothing was taken, and nothing ever would be.
    if ((error as { code?: unknown }).code === 'ERR_INVALID_ARG_TYPE') throw error;
    return { message: undefined, error };
  }
}

/**
 * Whether the port has listeners beside `ours`. Deno does not count them: there a port that is
 * referenced has one, and parentPort, which cannot even say whether it is, is assumed to have one.
 */
export const isShared = (port: Port, ours = 0): boolean =>
  inDeno ? port.hasRef?.() !== false : port.listenerCount('message') > ours;

/** A port that has seen another port come in, for Deno. */
const completing = perThread<{ port: EventTarget | undefined }>(() => ({ port: undefined }));

/**
 * Gives a port of Deno the methods of Node's ports. Deno adds them to each port that it creates,
 * and to those in the messages that come in through a port or Worker of Node's kind. A port that
 * came through a web event lacks them, and emits no `close`, until a port of Node's kind has seen
 * it.
 */
export function completePort({ MessageChannel, MessagePort }: WorkerThreads, port: object): void {
  if ('on' in port || !(port instanceof MessagePort)) return;
  const state = completing();
  state.port ??= listening(new MessageChannel()) as unknown as EventTarget;
  state.port.dispatchEvent(new MessageEvent('message', { data: port }));
}

function listening({ port1, port2 }: worker_threads.MessageChannel): Port {
  port1.on('message', () => undefined);
  port2.close();
  return port1;
}
