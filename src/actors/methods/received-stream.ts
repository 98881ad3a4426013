import { type Client, globals, type ReqOptions } from '../../core/internal.js';
import { asyncDispose } from '../support/async-dispose.js';
import { pull } from './stream.js';

/** How a recipient reaches the value behind a reference. */
export type ReferenceClient = Client<unknown, unknown, unknown, unknown>;

/**
 * A stream that arrived as an argument or in a result. Its items are asked for as they are
 * consumed. It lets go of its source at its end, and when its consumer leaves or forgets it.
 */
export class ReceivedStream {
  readonly [Symbol.toStringTag] = 'AsyncGenerator';
  readonly #client: ReferenceClient;
  readonly #items: AsyncGenerator<unknown, unknown>;
  readonly #controller = new globals.AbortController();
  #isBegun = false;

  constructor(client: ReferenceClient, receive: (value: unknown) => unknown) {
    this.#client = client;
    const signal = this.#controller.signal as unknown as ReqOptions['signal'];
    this.#items = itemsFrom(client, { signal }, receive);
  }

  next(): Promise<IteratorResult<unknown, unknown>> {
    this.#isBegun = true;
    return this.#items.next();
  }

  return(value?: unknown): Promise<IteratorResult<unknown, unknown>> {
    this.#leave();
    return this.#items.return(value);
  }

  throw(error?: unknown): Promise<IteratorResult<unknown, unknown>> {
    this.#leave();
    return this.#items.throw(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [asyncDispose](): Promise<void> {
    await this.return();
  }

  #leave(): void {
    // Otherwise the generator would end with its next item.
    this.#controller.abort(undefined);
    // One that was not begun runs nothing when it is left.
    if (!this.#isBegun) this.#client.close();
  }
}

async function* itemsFrom(
  client: ReferenceClient,
  options: ReqOptions,
  receive: (value: unknown) => unknown,
): AsyncGenerator<unknown, unknown> {
  try {
    return yield* pull(client, 'items', [], options, receive);
  } finally {
    client.close();
  }
}
