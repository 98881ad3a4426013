/**
 * The entry "ump-ng": the one file that sees the core and every platform, and tells the core which
 * platform it finds itself on.
 */
import type { Client } from './core/client/client.js';
import { connectThrough } from './core/connect/connect.js';
import { raise } from './core/errors.js';
import { installDriver } from './core/transport/driver.js';
import { listenThrough } from './core/connect/listen.js';
import { checkTypes, type ConnectOptions, type ListenOptions } from './core/options.js';
import type { PortLike } from './core/support/platform.js';
import type { Server } from './core/server/server.js';
import { nodePlatform } from './node/platform.js';
import { webDriver } from './web/driver.js';
import { webConnect, webListen } from './web/endpoint.js';

export { channel } from './core/channel.js';
export { Client } from './core/client/client.js';
export {
  UmpError,
  isUmpError,
  type UmpErrorCode,
  type UmpErrorConstructor,
  type UmpErrorOf,
  type UmpErrorOptions,
} from './core/errors.js';
export type { MsgType } from './core/server/message.js';
export type {
  ChannelOptions,
  ConnectOptions,
  Dropped,
  DroppedOptions,
  HeartbeatOptions,
  ListenOptions,
  OnDropped,
  ReqOptions,
  SendOptions,
  WaitOptions,
} from './core/options.js';
export type {
  AbortSignal,
  AbortSignalLike,
  MessagePort,
  PortLike,
} from './core/support/platform.js';
export { PostClient } from './core/client/post-client.js';
export { ReplyContext } from './core/reply/reply-context.js';
export type { Requester, Result } from './core/client/requester.js';
export { Server } from './core/server/server.js';
export { WaitReply } from './core/client/wait-reply.js';
export { WeakClient } from './core/client/weak-client.js';

const node = nodePlatform();
installDriver(node?.driver ?? webDriver());

/** The least that a Worker must do. */
export interface WorkerLike {
  postMessage(message: unknown, transfer?: never): void;
  terminate(): unknown;
}

/** The least that a SharedWorker must do. */
export interface SharedWorkerLike {
  readonly port: PortLike;
}

/** The least that a Window must do, of whatever origin its page is. */
export interface WindowLike {
  postMessage(message: unknown, targetOrigin: never, transfer?: never): void;
  readonly closed: boolean;
}

/** The least that a ServiceWorker must do. */
export interface ServiceWorkerLike {
  postMessage(message: unknown, transfer?: never): void;
  readonly scriptURL: string;
}

/**
 * What a channel can be reached through: a Worker, a MessagePort, or a worker's `parentPort`; in
 * browsers also a SharedWorker, a ServiceWorker, a Window (of a frame, a parent, an opener, or
 * opened), or a worker's own scope.
 */
export type Endpoint = WorkerLike | PortLike | SharedWorkerLike | ServiceWorkerLike | WindowLike;

/**
 * A client of the server that listens at the other end, usable at once: what it sends waits until
 * the server is there. If the other side dies first, or never loads, the calls reject with
 * `ServerDisappeared`. In Node a Worker that is connected to no longer keeps the process open;
 * pending requests do.
 *
 * The endpoint goes on carrying the user's own messages. Calls reject with `NotSupported` if the
 * thread calls serveWorker(), which spawnWorker() belongs to. A client that is given up before the
 * server is there counts as one that has come and gone: a server that ends with its last client
 * ends then.
 * @throws UmpError `InvalidArgument` if `endpoint` is not an endpoint, if an option has the wrong
 * type, or if `endpoint` is a Window and `origin` is missing or invalid; `NotSupported` where there
 * is no MessageChannel.
 */
export function connect<P = unknown, S = unknown, R = unknown, E = never>(
  endpoint: Endpoint,
  options: ConnectOptions = {},
): Client<P, S, R, E> {
  checkTypes(connect, options, { name: 'string', onDropped: 'function', reconnect: 'boolean' });
  const found = isObject(endpoint)
    ? (node?.endpoint(endpoint) ?? webConnect(connect, endpoint, options))
    : undefined;
  return connectThrough(
    connect,
    found ?? none('connect() takes a Worker, a MessagePort or a Window'),
    options,
  );

  function none(message: string): never {
    return raise(connect, 'InvalidArgument', message);
  }
}

/**
 * A server for whoever connects from the other side; by default, the one that started this thread,
 * or the parent or opener of this page. Until the first client is here, the endpoint counts as one.
 *
 * `listen(window, …)` in a page takes clients from any window whose origin is allowed.
 * @throws UmpError `InvalidArgument` if `endpoint` is not an endpoint, if an option has the wrong
 * type, or if `endpoint` is a Window and `allowedOrigins` is missing or contains an invalid origin;
 * `AlreadyListening` if a server of that name already listens there; `NotSupported` without an
 * endpoint where there is no default one.
 */
export function listen<P = unknown, S = unknown, R = unknown, E = never>(
  endpoint?: Endpoint,
  options: ListenOptions = {},
): Server<P, S, R, E> {
  checkTypes(listen, options, { name: 'string', onDropped: 'function', keepAlive: 'boolean' });
  const found =
    endpoint === undefined || isObject(endpoint)
      ? (node?.endpoint(endpoint) ?? webListen(listen, endpoint, options))
      : undefined;
  return listenThrough(listen, found ?? none(), options);

  function none(): never {
    if (endpoint !== undefined) {
      return raise(listen, 'InvalidArgument', 'listen() takes a Worker, a MessagePort or a Window');
    }
    return raise(
      listen,
      'NotSupported',
      'listen() has no default endpoint here; pass a Worker, a MessagePort or a Window',
    );
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
