import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';

/**
 * @typedef {import('./service.mjs').Mode} Mode
 * @typedef {import('./service.mjs').Value} Value
 *
 * One contender's client side. `post` is missing where the library has no one-way message,
 * `transfers` says whether it can move a buffer instead of copying it, `close` ends the worker.
 * `objects` is there where the library has remote objects.
 * @typedef {{
 *   remote: any, callback: (callback: (n: number) => number) => Promise<number>,
 *   release: (remote: any) => void,
 * }} RemoteObjects
 * @typedef {{
 *   call: (value: Value, transfer?: ArrayBuffer[]) => Promise<Value>,
 *   post?: (value: Value) => void,
 *   transfers: boolean,
 *   objects?: RemoteObjects,
 *   close: () => Promise<unknown>,
 * }} Caller
 */

/**
 * A worker that runs the `serve` of a contender, and a port that leads there.
 *
 * @param {string} contender
 * @param {Mode} mode
 */
export async function spawn(contender, mode) {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('worker.mjs', import.meta.url), {
    workerData: { contender, mode, port: port2 },
    transferList: [port2],
  });
  await once(worker, 'online');
  return { worker, port: port1, close: () => worker.terminate() };
}
