/**
 * A stream of replies, built on a request and posts.
 *
 *   caller                                          actor
 *     req [name, args, port of a PostClient, 'stream']  ──►   calls the method
 *     ◄──  posts each item, as fast as the bounded mailbox of the caller allows
 *     ◄──  replies [END_OF_STREAM, what the generator returned]
 *
 * A caller that leaves early aborts the request and closes the mailbox. progress.ts receives
 * progress in the same way.
 */
import {
  type AbortSignal,
  channel,
  closePortsIn,
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
import type { Mode } from './call.js';
import { Transferred } from './transferred.js';

/** The reply to a call that has a sink, which the actor has closed before. */
const END_OF_STREAM = 'end of stream';

/**
 * The reply to a call that has a sink. A caller with an older build of this package, which sends no
 * `mode`, understands END_OF_STREAM alone.
 */
export const endOfCall = (value: unknown, mode: unknown): unknown =>
  mode === undefined ? END_OF_STREAM : [END_OF_STREAM, value];

/** The value of {@link endOfCall}; undefined if the reply is not one of an actor. */
export function valueAtEnd(reply: unknown): { readonly value: unknown } | undefined {
  if (reply === END_OF_STREAM) return { value: undefined };
  if (!Array.isArray(reply) || reply[0] !== END_OF_STREAM) return undefined;
  return { value: reply[1] as unknown };
}

type Source = AsyncIterable<unknown> | Iterable<unknown>;

/** Whether the value is an async iterable or a generator; arrays, strings and maps are not. */
export const isStream = (value: unknown): value is Source =>
  typeof value === 'object' &&
  value !== null &&
  (Symbol.asyncIterator in value || (Symbol.iterator in value && 'next' in value));

/**
 * Posts the items of `source` until it has no more or the caller has left. Fulfils with what the
 * generator returned.
 */
export async function pump(source: Source, sink: PostClient): Promise<unknown> {
  let end: unknown;
  async function* items(): AsyncGenerator<unknown, void> {
    end = yield* source;
  }
  for await (const item of items()) if (!(await isSent(item, sink))) break;
  return end;
}

async function isSent(item: unknown, sink: PostClient): Promise<boolean> {
  try {
    await sink.ready();
    postItem(item, sink);
    return true;
  } catch (error) {
    if (isUmpError(error, 'ServerDisappeared')) return false;
    throw error;
  }
}

export function postItem(item: unknown, sink: PostClient): void {
  if (item instanceof Transferred) sink.post(item.value, { transfer: item.transfer });
  else sink.post(item);
}

/** A requester as the callers of methods use it. */
export type CallRequester = Requester<
  unknown,
  readonly [name: string, args: readonly unknown[], sink?: object, mode?: Mode],
  unknown,
  unknown
>;

const DEFAULT_BUFFER = 16;

export interface StreamOptions extends ReqOptions {
  /** How many items may wait for the consumer before the producer has to wait; default 16. */
  buffer?: number | undefined;
}

/**
 * Yields the items of a stream, and returns what the generator returned; the request is sent when
 * the first item is requested.
 */
export async function* pull(
  requester: CallRequester,
  name: string,
  args: readonly unknown[],
  { buffer = DEFAULT_BUFFER, ...options }: StreamOptions,
): AsyncGenerator<unknown, unknown> {
  const reply = yield* callWithSink(requester, [name, args], 'stream', buffer, options);
  const end = valueAtEnd(reply);
  if (end !== undefined) return end.value;
  throw new UmpError('Protocol', 'the server did not answer with a stream');
}

/** Yields what the actor posts during a call, and returns the reply. */
export async function* callWithSink(
  requester: CallRequester,
  [name, args]: readonly [name: string, args: readonly unknown[]],
  mode: Mode,
  capacity: number | undefined,
  { signal, transfer = [], ...options }: ReqOptions,
): AsyncGenerator<unknown, unknown> {
  const { client, server } = channel<unknown, never, never>({ capacity });
  const sink = client.postOnly().transfer();
  client.close();
  const controller = new globals.AbortController();
  const outer = signal as WorkingSignal | undefined;
  const aborted = (reason: unknown): void => {
    controller.abort(reason);
  };
  if (outer?.aborted === true) aborted(outer.reason);
  const stopWatching = outer?.aborted === false ? onAbort(outer, { aborted }) : undefined;
  try {
    const reqOptions = { ...options, signal: controller.signal, transfer: [...transfer, sink] };
    return yield* items(server, send(requester, [name, args, sink, mode], reqOptions));
  } finally {
    stopWatching?.();
    controller.abort(undefined);
    server.close();
  }
}

function send(
  requester: CallRequester,
  call: [name: string, args: readonly unknown[], sink: MessagePort, mode: Mode],
  options: ReqOptions,
): Promise<Result<unknown, unknown>> {
  try {
    return resultOf(requester.reqDeferred(call, options));
  } catch (error) {
    // The request was not sent, so the port stayed here.
    closePortsIn([call[2]]);
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
): AsyncGenerator<unknown, unknown> {
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
  return result.value;
}

/** Whether the actor itself ended the call: it then also closes the sink, after the last item. */
const closesSink = (result: Result<unknown, unknown>): boolean =>
  result.ok
    ? valueAtEnd(result.value) !== undefined
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
