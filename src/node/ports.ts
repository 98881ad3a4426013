/** Ports as node:worker_threads has them, in Node and in what takes after it. */
import type * as worker_threads from 'node:worker_threads';

type WorkerThreads = typeof worker_threads;

/** hasRef() is younger than the types. */
export type Port = worker_threads.MessagePort & { hasRef?: () => boolean };

/** It takes after Node, but its ports are those of the web, with Node's methods put on. */
export const inDeno = 'Deno' in globalThis;
export const inBun = 'Bun' in globalThis;

/**
 * Is anybody listening there, not counting `ours`? Deno does not count. There a port that holds the loop
 * is listened to, and of parentPort, where not even that can be seen, we suppose so.
 */
export const isShared = (port: Port, ours = 0): boolean =>
  inDeno ? port.hasRef?.() !== false : port.listenerCount('message') > ours;

/**
 * Deno gives ports Node's methods one by one: those that it makes, and those that it finds in what comes
 * to a port or a thread of Node's kind. A port that came by a web event lacks them, and says no `close`,
 * until such a port has seen it.
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
