/** The actor's side of a stream: see stream.ts. */
import { isObject, isUmpError } from '../../core/internal.js';
import type { ItemSink } from './item-sink.js';

/** The reply to a call that has a sink, which the actor has closed before. */
const END_OF_STREAM = 'end of stream';

/**
 * The reply to a call that has a sink; `sent` is how many items were posted to it, because some may
 * be lost with a thread that ends. A caller with an older build of this package, which sends no
 * `mode`, understands END_OF_STREAM alone.
 */
export const endOfCall = (value: unknown, mode: unknown, sent: number): unknown =>
  mode === undefined ? END_OF_STREAM : [END_OF_STREAM, value, sent];

/** What a reply of {@link endOfCall} says. */
export interface EndOfCall {
  readonly value: unknown;
  /** An actor with an older build of this package does not tell. */
  readonly sent?: unknown;
}

/** Undefined if the reply is not one of {@link endOfCall}. */
export function endIn(reply: unknown): EndOfCall | undefined {
  if (reply === END_OF_STREAM) return { value: undefined };
  if (!Array.isArray(reply) || reply[0] !== END_OF_STREAM) return undefined;
  return { value: reply[1] as unknown, sent: reply[2] as unknown };
}

export type Source = AsyncIterable<unknown> | Iterable<unknown>;

/** Whether the value is an async iterable or a generator; arrays, strings and maps are not. */
export const isStream = (value: unknown): value is Source =>
  isObject(value) &&
  (Symbol.asyncIterator in value || (Symbol.iterator in value && 'next' in value));

/**
 * Posts the items of `source` until it has no more or the caller has left. Fulfils with what the
 * generator returned.
 */
export async function pump(source: Source, sink: ItemSink): Promise<unknown> {
  let end: unknown;
  async function* items(): AsyncGenerator<unknown, void> {
    end = yield* source;
  }
  for await (const item of items()) if (!(await isSent(item, sink))) break;
  return end;
}

async function isSent(item: unknown, sink: ItemSink): Promise<boolean> {
  try {
    await sink.ready();
    sink.post(item);
    return true;
  } catch (error) {
    if (isUmpError(error, 'ServerDisappeared')) return false;
    throw error;
  }
}
