/** Ports as node:worker_threads has them, in Node and in what takes after it. */
import type * as worker_threads from 'node:worker_threads';

type WorkerThreads = typeof worker_threads;

/** hasRef() is younger than the types. */
export type Port = worker_threads.MessagePort & { hasRef?: () => boolean };

/** It takes after Node, but its ports are those of the web, with Node's methods put on. */
export const inDeno = 'Deno' in globalThis;

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

let prober: worker_threads.MessagePort | undefined;

/**
 * Is the other end dead? No event says so to an agent that blocks, so we ask with a message that cannot be
 * sent: its transfer list names the port twice. Node looks first whether it can be transferred at all. What
 * had arrived there must be read before: the news of the death comes behind it.
 */
export function isDead(port: Port): boolean {
  prober ??= new MessageChannel().port1;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    prober.postMessage(undefined, [port, port]);
    return false;
  } catch (error) {
    return (error as Error).message.includes('detached');
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
