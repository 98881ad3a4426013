/**
 * The entry "ump-ng": the one file that sees the core and every platform, and tells the core which
 * platform it finds itself on.
 */
import type { Client } from './core/client.js';
import { connectOver } from './core/connect.js';
import type { Endpoint as EndpointSeam } from './core/endpoint.js';
import { raise } from './core/errors.js';
import { install } from './core/link.js';
import { listenOver } from './core/listen.js';
import type { ConnectOptions, ListenOptions } from './core/options.js';
import type { PortLike } from './core/platform.js';
import type { Server } from './core/server.js';
import { nodePlatform } from './node/platform.js';
import { webDriver } from './web/driver.js';
import { webEndpoint } from './web/endpoint.js';

export { channel } from './core/channel.js';
export { Client } from './core/client.js';
export { UmpError, isUmpError, type UmpErrorCode, type UmpErrorOptions } from './core/errors.js';
export type { MsgType } from './core/message.js';
export type {
  ChannelOptions,
  ConnectOptions,
  Dropped,
  DroppedOptions,
  ListenOptions,
  OnDropped,
  ReqOptions,
  SendOptions,
  WaitOptions,
} from './core/options.js';
export type { AbortSignal, AbortSignalLike, MessagePort, PortLike } from './core/platform.js';
export { PostClient } from './core/post-client.js';
export { ReplyContext } from './core/reply.js';
export type { Requester, Result } from './core/requester.js';
export { Server } from './core/server.js';
export { WaitReply } from './core/wait-reply.js';
export { WeakClient } from './core/weak-client.js';

const node = nodePlatform();
install(node?.driver ?? webDriver());

/** The least that a Worker must do. */
export interface WorkerLike {
  postMessage(message: unknown, transfer?: never): void;
  terminate(): unknown;
}

/** What a channel can be reached through: a Worker, a MessagePort, or a worker's `parentPort`. */
export type Endpoint = WorkerLike | PortLike;

/**
 * A client of the server that listens at the other end, usable at once: what it sends waits until the
 * server is there. If the other side dies first, or never loads, the calls reject with
 * `ServerDisappeared`. In Node a Worker that is connected to no longer keeps the process open;
 * pending requests do.
 *
 * The endpoint goes on carrying the user's own messages.
 * @throws UmpError `NotSupported` if the endpoint is none.
 */
export function connect<P = unknown, S = unknown, R = unknown, E = never>(
  endpoint: Endpoint,
  options: ConnectOptions = {},
): Client<P, S, R, E> {
  return connectOver(connect, endpointOf(connect, endpoint, 'connect'), options);
}

/**
 * A server for whoever connects from the other side; by default, the one that started this thread.
 * Until the first client is here, the endpoint counts as one.
 * @throws UmpError `NotSupported` if there is no such endpoint, or a server of that name listens there.
 */
export function listen<P = unknown, S = unknown, R = unknown, E = never>(
  endpoint?: Endpoint,
  options: ListenOptions = {},
): Server<P, S, R, E> {
  return listenOver(listen, endpointOf(listen, endpoint, 'listen'), options);
}

function endpointOf(entry: unknown, target: unknown, role: 'connect' | 'listen'): EndpointSeam {
  const parent = role === 'listen' && target === undefined;
  const endpoint =
    parent || (typeof target === 'object' && target !== null)
      ? (node?.endpoint(target) ?? webEndpoint(target))
      : undefined;
  if (endpoint !== undefined) return endpoint;
  return raise(
    entry,
    'NotSupported',
    parent
      ? 'listen() without an endpoint works in a worker only; here, name one'
      : `${role}() takes a Worker or a MessagePort`,
  );
}
