/**
 * The commands that the servers of roles/servers.ts carry out, as requests; posts are only
 * collected.
 */
import type { MessagePort } from 'ump-ng';
import type { AnyClient } from './rig.js';

export type Command =
  /** Replies the value. */
  | ['echo', value: unknown]
  /** Replies the object, then changes it. */
  | ['spoil', value: { text: string }]
  | ['fail', error: unknown]
  /** Replies, or fails with, one of `error-samples.ts`. */
  | ['sample', how: 'reply' | 'fail', name: string]
  | ['drop']
  /** Keeps the context under this key, for later commands. */
  | ['hold', key: string]
  /**
   * Answers a held context; replies the result of `reply()`, or false if there is no such context.
   */
  | ['answer', key: string, value: unknown]
  /** Waits for the signal of a held context; replies the code of its reason. */
  | ['signal', key: string]
  /** Replies all posts so far. */
  | ['posts']
  /** Takes the context behind the port over and answers it; replies the result of `reply()`. */
  | ['take', context: MessagePort, value: unknown]
  /** Sends the port of its own context to the case. */
  | ['delegate']
  /** Closes the server, then replies the value. */
  | ['close', value: unknown]
  /** Sends the port of the whole server to the case, then replies true. */
  | ['move']
  /** Tries to reply a function, which must fail; replies how it failed. */
  | ['bad']
  /** Replies the same buffer, transferred. */
  | ['buffer', buffer: ArrayBuffer]
  /** Replies `depth` nested objects. */
  | ['nested', depth: number]
  /** Never returns to the event loop. */
  | ['stuck']
  | ['crash']
  | ['exit'];

export const ask = (client: AnyClient, ...command: Command): Promise<unknown> =>
  client.req(command);

/** Fulfils when the server has taken all earlier messages of this client. */
export const caughtUp = async (client: AnyClient): Promise<void> => {
  await ask(client, 'echo', 0);
};
