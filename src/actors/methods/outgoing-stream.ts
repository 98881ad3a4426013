/** Streams as arguments and within results: the receiver pulls the items from this thread. */
import { onAbort, type ReplyContext, type WorkingSignal } from '../../core/internal.js';
import { MethodNotFound, type Handler } from '../handlers/handler.js';
import { Outlet } from '../references/outlet.js';
import { packReferences, type PackedValue } from '../references/pack-references.js';
import type { Reference } from '../references/reference.js';
import { callOf } from './call.js';
import { ItemSink } from './item-sink.js';
import { endOfCall, pump, type Source } from './pump.js';

type AnyIterator = AsyncIterator<unknown> | Iterator<unknown>;

/**
 * Serves the items to one recipient after another; a generator has items for the first alone. It is
 * ended when its recipient leaves or dies, also if that has not asked for an item.
 */
class StreamHandler implements Handler {
  readonly #source: Source;
  #isPulled = false;

  constructor(source: Source) {
    this.#source = source;
  }

  async req(msg: unknown, rctx: ReplyContext<unknown>): Promise<void> {
    const { port, mode } = callOf(msg);
    if (port === undefined) throw new MethodNotFound('this is a stream');
    this.#isPulled = true;
    const sink = ItemSink.open(port, 'an item of the stream', mode, packResult);
    const { signal }: { signal: unknown } = rctx;
    let end: unknown;
    try {
      end = await this.#send(sink, signal as WorkingSignal);
    } finally {
      sink.close();
    }
    rctx.reply(endOfCall(end, mode, sink.sent));
  }

  /** Fulfils with what the source returned. */
  async #send(sink: ItemSink, signal: WorkingSignal): Promise<unknown> {
    const source = this.#source;
    const iterator =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    const aborted = (): void => {
      void endOf(iterator);
    };
    if (signal.aborted) return endOf(iterator);
    // Otherwise one that waits for its next item would end with that item.
    const stopWatching = onAbort(signal, { aborted });
    try {
      return await pump({ [Symbol.asyncIterator]: () => iterator as AsyncIterator<unknown> }, sink);
    } finally {
      stopWatching();
    }
  }

  async term(): Promise<undefined> {
    if (!this.#isPulled) await endOf(this.#source as Partial<AnyIterator>);
    return undefined;
  }
}

/** Never rejects: the stream has no recipient that could receive the error. */
async function endOf(iterator: Partial<AnyIterator>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // See above.
  }
}

export const streamOf = (source: Source): Reference =>
  new Outlet(streamOf, 'stream', () => new StreamHandler(source));

/** Undefined if the result, or the item of a stream, holds no reference. */
export const packResult = (result: unknown, transfer: readonly object[]): PackedValue | undefined =>
  packReferences(result, transfer, streamOf);
