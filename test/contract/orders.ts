/** What an obedient server can be asked for, as requests. Its posts it only collects. */
import type { MessagePort } from 'ump-ng';
import type { AnyClient } from './rig.js';

export type Order =
  /** Replies the value. */
  | ['echo', value: unknown]
  /** Replies the object, then changes it. */
  | ['spoil', value: { text: string }]
  | ['fail', error: unknown]
  /** Replies, or fails with, one of `samples.ts`. */
  | ['sample', how: 'reply' | 'fail', name: string]
  | ['drop']
  /** Keeps the context under this key; a following order tells what becomes of it. */
  | ['hold', key: string]
  /** Answers a held context; replies what `reply()` returned, false if it was never delivered. */
  | ['answer', key: string, value: unknown]
  /** Waits until the signal of a held context fires; replies the code of its reason. */
  | ['signal', key: string]
  /** Replies all posts so far. */
  | ['posts']
  /** Takes up the context behind the port and answers it; replies what `reply()` returned. */
  | ['take', context: MessagePort, value: unknown]
  /** Says the port of its own context. */
  | ['delegate']
  /** Closes the server, then replies the value. */
  | ['close', value: unknown]
  /** Says the port of the whole server, then replies true. */
  | ['move']
  /** Replies a function, which must fail, then how it failed. */
  | ['bad']
  /** Replies the same buffer, moved. */
  | ['buffer', buffer: ArrayBuffer]
  /** Replies a list of so many linked objects. */
  | ['linked', length: number]
  | ['crash']
  | ['exit'];

export const ask = (client: AnyClient, ...order: Order): Promise<unknown> => client.req(order);

/** Has the server taken all that this client sent before? */
export const caughtUp = async (client: AnyClient): Promise<void> => {
  await ask(client, 'echo', 0);
};
