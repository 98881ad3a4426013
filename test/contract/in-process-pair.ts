/** A server and its client in this thread, for cases that look at both ends. */
import {
  channel,
  connect,
  type ChannelOptions,
  type ConnectOptions,
  type MsgType,
  type ReplyContext,
  type Server,
} from 'ump-ng';
import { fail, show } from './assertions.js';
import { keep } from './keep-until-end.js';
import { withLane } from './lane-of-rig.js';
import type { AnyClient, Thread } from './rig.js';
import { turns } from './utilities.js';

export type AnyServer = Server<unknown, unknown, unknown, unknown>;
export type AnyContext = ReplyContext<unknown, unknown>;
export type AnyMessage = MsgType<unknown, unknown, unknown, unknown>;

export interface Pair {
  server: AnyServer;
  client: AnyClient;
}

export const pair = (options?: ChannelOptions): Pair =>
  keep(channel<unknown, unknown, unknown, unknown>({ ...withLane(), ...options }));

export const connectTo = (
  { endpoint, options: needed }: Pick<Thread, 'endpoint' | 'options'>,
  options?: ConnectOptions,
): AnyClient => keep(connect(endpoint, { ...withLane(), ...needed, ...options }));

/** The next message, which must be a request. */
export async function takeRequest(server: AnyServer): Promise<{ msg: unknown; rctx: AnyContext }> {
  const message = await server.wait();
  if (message.type === 'post') return fail(`expected a request: ${show(message.msg)}`);
  keep(message.rctx);
  return message;
}

/** The contents of the next `count` messages. */
export async function take(server: AnyServer, count: number): Promise<unknown[]> {
  const all: unknown[] = [];
  while (all.length < count) all.push((await server.wait()).msg);
  return all;
}

/** The contents of all messages until the iteration ends. */
export async function takeAll(server: AnyServer): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const { msg } of server) all.push(msg);
  return all;
}

/** Whether the promise is still pending after some turns of the event loop. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  const settled = (): void => {
    pending = false;
  };
  promise.then(settled, settled);
  await turns();
  return pending;
}

/** Fulfils when the server has received all messages of this client, read or not. */
export async function received(client: AnyClient): Promise<void> {
  const one = await client.weak().upgrade();
  one?.close();
}
