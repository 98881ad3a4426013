/**
 * A stream of replies. The request carries the port of a client that can only post, to a bounded
 * mailbox of the caller's: items go there, as fast as he takes them, and the reply says that it was
 * all. Whoever leaves early aborts the request and closes the mailbox.
 */
import {
  type AbortSignal,
  channel,
  closeMovedPorts,
  globals,
  isUmpError,
  type MessagePort,
  onAbort,
  type PostClient,
  type ReqOptions,
  type Requester,
  type Result,
  type Server,
  UmpError,
  type WaitReply,
  type WorkingSignal,
} from '../../core/internal.js';

/** The reply to a request for a stream. */
export const END = 'end of stream';

type Source = AsyncIterable<unknown> | Iterable<unknown>;

/** An async iterable or a generator, but no mere array, string or map. */
export const isStream = (value: unknown): value is Source =>
  typeof value === 'object' &&
  value !== null &&
  (Symbol.asyncIterator in value || (Symbol.iterator in value && 'next' in value));

/** Until the source has no more, or the caller wants no more. */
export async function pump(source: Source, sink: PostClient): Promise<void> {
  for await (const item of source) if (!(await isSent(item, sink))) return;
}

async function isSent(item: unknown, sink: PostClient): Promise<boolean> {
  try {
    await sink.ready();
    sink.post(item);
    return true;
  } catch (error) {
    if (isUmpError(error, 'ServerDisappeared')) return false;
    throw error;
  }
}

export type Called = Requester<
  unknown,
  readonly [name: string, args: readonly unknown[], sink?: object],
  unknown,
  unknown
>;

/** Items that may wait here for their reader. */
const BUFFER = 16;

export interface StreamOptions extends ReqOptions {
  /** Items that may wait for you before the producer must; default 16. */
  buffer?: number | undefined;
}

/** Nothing is sent before the first item is asked for. */
export async function* pull(
  from: Called,
  name: string,
  args: readonly unknown[],
  { buffer = BUFFER, signal, transfer = [], ...options }: StreamOptions,
): AsyncGenerator<unknown, undefined> {
  const { client, server } = channel<unknown, never, never>({ capacity: buffer });
  const sink = client.postOnly().transfer();
  client.close();
  const request = new globals.AbortController();
  const outer = signal as WorkingSignal | undefined;
  const aborted = (reason: unknown): void => {
    request.abort(reason);
  };
  if (outer?.aborted === true) aborted(outer.reason);
  const watch = outer?.aborted === false ? onAbort(outer, { aborted }) : undefined;
  try {
    const calling = { ...options, signal: request.signal, transfer: [...transfer, sink] };
    yield* items(server, ask(from, [name, args, sink], calling));
  } finally {
    watch?.stop();
    request.abort(undefined);
    server.close();
  }
}

function ask(
  from: Called,
  call: [name: string, args: readonly unknown[], sink: MessagePort],
  options: ReqOptions,
): Promise<Result<unknown, unknown>> {
  try {
    return resultOf(from.reqDeferred(call, options));
  } catch (error) {
    // Nothing was sent.
    closeMovedPorts([call[2]]);
    throw error;
  }
}

async function resultOf(reply: WaitReply<unknown, unknown>): Promise<Result<unknown, unknown>> {
  try {
    return { ok: true, value: await reply.wait() };
  } catch (error) {
    return { ok: false, error: error as UmpError };
  }
}

type Items = Server<unknown, never, never>;

async function* items(
  server: Items,
  reply: Promise<Result<unknown, unknown>>,
): AsyncGenerator<unknown, undefined> {
  const lost = new globals.AbortController();
  void reply.then((result) => {
    if (!isOfActor(result)) lost.abort(undefined);
  });
  for (;;) {
    const item = await next(server, lost.signal);
    if (item === undefined) break;
    yield item.msg;
  }
  const result = await reply;
  if (!result.ok) throw result.error;
  if (result.value !== END) throw new UmpError('Protocol', 'the server knows no streams');
}

/** Then the mailbox hears of its end as well, after the last item. */
const isOfActor = (result: Result<unknown, unknown>): boolean =>
  result.ok
    ? result.value === END
    : ['HandlerFailed', 'MethodNotFound', 'App'].includes(result.error.code);

/** Undefined: there is no more. */
async function next(server: Items, lost: AbortSignal): Promise<{ msg: unknown } | undefined> {
  try {
    return await server.wait({ signal: lost });
  } catch (error) {
    return isUmpError(error, 'Aborted') ? rest(server) : undefined;
  }
}

function rest(server: Items): { msg: unknown } | undefined {
  try {
    return server.tryPop();
  } catch {
    return undefined;
  }
}
