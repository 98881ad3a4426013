/**
 * A server that carries out commands, in a service worker or a SharedWorker.
 * With `?refuses` it cannot be installed; with `?keeps` it outlives its clients everywhere.
 */
import { listen, type ReplyContext } from 'ump-ng';

const scope = globalThis as unknown as EventTarget & {
  readonly location: Location;
  close(): void;
};

if (scope.location.search === '?refuses') {
  scope.addEventListener('install', (event) => {
    const why = new Error('this refusal is part of the test');
    (event as Event & { waitUntil(done: Promise<unknown>): void }).waitUntil(Promise.reject(why));
  });
}

export type Order =
  | ['echo', value: unknown]
  /** Replies an id of this start of the script. */
  | ['start']
  | ['hold', key: string]
  /** Replies the port of a held context. */
  | ['move', key: string]
  /** Replies the code of the reason when the signal of a held context fires. */
  | ['signal', key: string]
  /** Keeps a port for a later `take`. */
  | ['give', port: MessagePort]
  | ['take']
  /** Ends the worker without a goodbye. */
  | ['exit'];

/** Not a UUID, because insecure contexts cannot make one. */
const start = String(Math.random());
const held = new Map<string, ReplyContext<unknown, unknown>>();
const given: MessagePort[] = [];

function obey([order, value]: Order, rctx: ReplyContext<unknown, unknown>): void {
  const pass = (port: MessagePort): boolean => rctx.reply(port, { transfer: [port] });
  if (order === 'echo') rctx.reply(value);
  else if (order === 'start') rctx.reply(start);
  else if (order === 'hold') held.set(value, rctx);
  else if (order === 'move') pass(held.get(value)!.transfer());
  else if (order === 'signal') {
    const { signal } = held.get(value)!;
    const tell = (): boolean => rctx.reply((signal.reason as { code: string }).code);
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell);
  } else if (order === 'give') rctx.reply(given.push(value));
  else if (order === 'take') pass(given.shift()!);
  else scope.close();
}

void (async () => {
  const options = scope.location.search === '?keeps' ? { keepAlive: true } : {};
  for await (const message of listen<never, Order, unknown, unknown>(undefined, options)) {
    obey(message.msg, message.rctx);
  }
})();
