/**
 * A stream of replies, built on a request and posts.
 *
 *   caller                                          actor
 *     req [name, args, port of a PostClient]  ──►   calls the method
 *     ◄──  posts each item, as fast as the bounded mailbox of the caller allows
 *     ◄──  replies END_OF_STREAM
 *
 * A caller that leaves early aborts the request and closes the mailbox.
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
export const END_OF_STREAM = 'end of stream';

type Source = AsyncIterable<unknown> | Iterable<unknown>;

/** Whether the value is an async iterable or a generator; arrays, strings and maps are not. */
export const isStream = (value: unknown): value is Source =>
  typeof value === 'object' &&
  value !== null &&
  (Symbol.asyncIterator in value || (Symbol.iterator in value && 'next' in value));

/** Posts the items of `source` until it has no more or the caller has left. */
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

/** A requester as the callers of methods use it. */
export type CallRequester = Requester<
  unknown,
  readonly [name: string, args: readonly unknown[], sink?: object],
  unknown,
  unknown
>;

const DEFAULT_BUFFER = 16;

export interface StreamOptions extends ReqOptions {
  /** How many items may wait for the consumer before the producer has to wait; default 16. */
  buffer?: number | undefined;
}

/** Yields the items of a stream; the request is sent when the first item is requested. */
export async function* pull(
  requester: CallRequester,
  name: string,
  args: readonly unknown[],
  { buffer = DEFAULT_BUFFER, signal, transfer = [], ...options }: StreamOptions,
): AsyncGenerator<unknown, undefined> {
  const { client, server } = channel<unknown, never, never>({ capacity: buffer });
  const sink = client.postOnly().transfer();
  client.close();
  const controller = new globals.AbortController();
  const outer = signal as WorkingSignal | undefined;
  const aborted = (reason: unknown): void => {
    controller.abort(reason);
  };
  if (outer?.aborted === true) aborted(outer.reason);
  const watch = outer?.aborted === false ? onAbort(outer, { aborted }) : undefined;
  try {
    const reqOptions = { ...options, signal: controller.signal, transfer: [...transfer, sink] };
    yield* items(server, send(requester, [name, args, sink], reqOptions));
  } finally {
    watch?.stop();
    controller.abort(undefined);
    server.close();
  }
}

function send(
  requester: CallRequester,
  call: [name: string, args: readonly unknown[], sink: MessagePort],
  options: ReqOptions,
): Promise<Result<unknown, unknown>> {
  try {
    return resultOf(requester.reqDeferred(call, options));
  } catch (error) {
    // The request was not sent, so the port stayed here.
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
    if (!closesSink(result)) lost.abort(undefined);
  });
  for (;;) {
    const item = await next(server, lost.signal);
    if (item === undefined) break;
    yield item.msg;
  }
  const result = await reply;
  if (!result.ok) throw result.error;
  if (result.value !== END_OF_STREAM) {
    throw new UmpError('Protocol', 'the server did not answer with a stream');
  }
}

/** Whether the actor itself ended the call: it then also closes the sink, after the last item. */
const closesSink = (result: Result<unknown, unknown>): boolean =>
  result.ok
    ? result.value === END_OF_STREAM
    : ['HandlerFailed', 'MethodNotFound', 'App'].includes(result.error.code);

/** Returns undefined after the last item. */
async function next(server: Items, lost: AbortSignal): Promise<{ msg: unknown } | undefined> {
  try {
    return await server.wait({ signal: lost });
  } catch (error) {
    return isUmpError(error, 'Aborted') ? nextReceived(server) : undefined;
  }
}

/** Items that arrived before the reply was lost are still yielded. */
function nextReceived(server: Items): { msg: unknown } | undefined {
  try {
    return server.tryPop();
  } catch {
    return undefined;
  }
}
