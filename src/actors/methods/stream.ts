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
  globals,
  isUmpError,
  mailboxOf,
  onAbort,
  type PortLike,
  type ReqOptions,
  type Requester,
  type Result,
  resultOfCall,
  type Server,
  startDeadline,
  UmpError,
  type WorkingSignal,
} from '../../core/internal.js';
import type { PoolReqOptions } from '../proxies/stable-requester.js';
import type { Mode } from './call.js';
import { callError } from './call-errors.js';
import { closeUnsent, outgoingCall, type CallMessage, type OutgoingCall } from './outgoing-call.js';
import { endIn } from './pump.js';

/** A requester as the callers of methods use it. */
export type CallRequester = Pick<
  Requester<CallMessage, CallMessage, unknown, unknown>,
  'post' | 'req' | 'reqDeferred'
>;

const DEFAULT_BUFFER = 16;

export interface StreamOptions extends ReqOptions, Pick<PoolReqOptions, 'priority'> {
  /** How many items may wait for the consumer before the producer has to wait; default 16. */
  buffer?: number | undefined;
}

/**
 * Yields the items of a stream, and returns what the generator returned, as `receive` makes them of
 * what was sent; the request is sent when the first item is requested.
 */
export async function* pull(
  requester: CallRequester,
  name: string,
  args: readonly unknown[],
  { buffer = DEFAULT_BUFFER, ...options }: StreamOptions,
  receive: (value: unknown) => unknown,
): AsyncGenerator<unknown, unknown> {
  const reply = yield* callWithSink(requester, [name, args], 'stream', buffer, options, receive);
  const end = endIn(reply);
  if (end !== undefined) return receive(end.value);
  throw new UmpError('Protocol', 'the server did not answer with a stream');
}

/** Yields what `receive` makes of what the actor posts during a call, and returns the reply. */
export async function* callWithSink(
  requester: CallRequester,
  [name, args]: readonly [name: string, args: readonly unknown[]],
  mode: Mode,
  capacity: number | undefined,
  { signal, transfer = [], ...options }: ReqOptions,
  receive: (item: unknown) => unknown,
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
    const reqOptions = { ...options, signal: controller.signal, transfer };
    const reply = sendCall(requester, [name, args, sink, mode], reqOptions);
    return yield* items(server, reply, { receive, signal: outer, label: `${name}()` });
  } finally {
    stopWatching?.();
    controller.abort(undefined);
    server.close();
  }
}

/** Throws if the call cannot be sent. */
function sendCall(
  requester: CallRequester,
  [name, args, sink, mode]: [name: string, args: readonly unknown[], sink: PortLike, mode: Mode],
  options: ReqOptions,
): Promise<Result<unknown, unknown>> {
  const label = `${name}()`;
  let call: OutgoingCall | undefined;
  try {
    call = outgoingCall(name, args, options.transfer ?? [], sink, mode);
    const { message, transfer, needs } = call;
    const reply = requester.reqDeferred(message, { ...options, transfer });
    return resultOfCall(reply.wait(), (error) => callError(error, label, needs) as UmpError);
  } catch (error) {
    if (call !== undefined) closeUnsent(call);
    throw callError(error, label);
  }
}

type Items = Server<unknown, never, never>;

interface Receiving {
  readonly receive: (item: unknown) => unknown;
  readonly signal: WorkingSignal | undefined;
  /** Names the call in errors. */
  readonly label: string;
}

async function* items(
  server: Items,
  reply: Promise<Result<unknown, unknown>>,
  { receive, signal, label }: Receiving,
): AsyncGenerator<unknown, unknown> {
  const over = new globals.AbortController();
  const aborted = (): void => {
    over.abort(undefined);
  };
  void reply.then((result) => {
    if (!closesSink(result)) aborted();
    else if (!result.ok)
      startDeadline(TAKE_UP_MS, TAKE_UP_TURNS, () => !isTakenUp(server) && aborted());
  });
  // After the reply it is only known here that the caller gives up.
  const stopWatching = signal?.aborted === false ? onAbort(signal, { aborted }) : undefined;
  let received = 0;
  try {
    for (;;) {
      const item = await next(server, over.signal);
      if (item === undefined) break;
      received++;
      yield receive(item.msg);
    }
  } finally {
    stopWatching?.();
  }
  const result = await reply;
  if (!result.ok) throw result.error;
  const sent = endIn(result.value)?.sent;
  if (sent !== received && signal?.aborted === true)
    throw callError(new UmpError('Aborted', undefined, { cause: signal.reason }), label);
  if (typeof sent === 'number' && sent > received) {
    const message = 'the thread has ended, and items were lost with it';
    throw callError(new UmpError('ServerDisappeared', message), label);
  }
  return result.value;
}

/**
 * An actor takes up the sink before it runs the method. A server that is no actor of methods may
 * fail the call and never do so; nothing orders the messages of two ports, so the sink is given
 * some time. In milliseconds.
 */
const TAKE_UP_MS = 500;
/** A blocked thread reads what has arrived before it decides. */
const TAKE_UP_TURNS = 4;

const isTakenUp = (server: Items): boolean =>
  [...mailboxOf(server).connections].some(({ isOpen }) => isOpen);

/** Whether the actor itself ended the call: it then also closes the sink, after the last item. */
const closesSink = (result: Result<unknown, unknown>): boolean =>
  result.ok
    ? endIn(result.value) !== undefined
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
