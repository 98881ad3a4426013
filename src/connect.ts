/** connect() and listen(): they find the endpoint of the platform, and the core does the rest. */
import { endpointToConnect, endpointToListen } from '#endpoints';
import type { Client } from './core/client/client.js';
import { connectThrough } from './core/connect/connect.js';
import { listenThrough } from './core/connect/listen.js';
import { raise } from './core/errors.js';
import { checkTypes, type ConnectOptions, type ListenOptions } from './core/options.js';
import type { Server } from './core/server/server.js';
import { isObject } from './core/support/parts.js';
import type { PortLike } from './core/support/platform.js';

/** The least a Worker must do. */
export interface WorkerLike {
  postMessage(message: unknown, transfer?: never): void;
  terminate(): unknown;
}

/** The least a SharedWorker must do. */
export interface SharedWorkerLike {
  readonly port: PortLike;
}

/** The least a Window must do, whatever the origin of its page. */
export interface WindowLike {
  postMessage(message: unknown, targetOrigin: never, transfer?: never): void;
  readonly closed: boolean;
}

/** The least a ServiceWorker must do. */
export interface ServiceWorkerLike {
  postMessage(message: unknown, transfer?: never): void;
  readonly scriptURL: string;
}

/**
 * What connect() and listen() take: a Worker, a MessagePort, or a worker's `parentPort`; in
 * browsers also a SharedWorker, a ServiceWorker, a Window (of a frame, a parent, an opener, or a
 * window that this page has opened), or a worker's own global scope.
 */
export type Endpoint = WorkerLike | PortLike | SharedWorkerLike | ServiceWorkerLike | WindowLike;

/**
 * Returns a client of the server that listens at the other end. It can be used at once: its
 * messages wait until the server listens. If the other side dies first, or never loads, the calls
 * reject with `ServerDisappeared`. In Node a connected Worker no longer keeps the process open;
 * pending requests do, and `message` listeners of the application on that Worker.
 *
 * The endpoint still carries the application's own messages. Calls reject with `NotSupported` if
 * the thread calls serveWorker(), which belongs to spawnWorker(). If a client is closed before the
 * server listens, the server still learns of it: a server that ends with its last client then ends
 * as soon as it listens, unless another client has come.
 *
 * @example
 * const client = connect<never, number, number>(worker);
 * console.log(await client.req(21)); // 42
 *
 * @throws UmpError `InvalidArgument` if `endpoint` is not an endpoint, if an option has the wrong
 * type, or if `endpoint` is a Window and `origin` is missing or invalid; `NotSupported` where there
 * is no MessageChannel.
 */
export function connect<P = unknown, S = unknown, R = unknown, E = never>(
  endpoint: Endpoint,
  options: ConnectOptions = {},
): Client<P, S, R, E> {
  checkTypes(connect, options, { name: 'string', onDropped: 'function', reconnect: 'boolean' });
  const adapter = isObject(endpoint) ? endpointToConnect(connect, endpoint, options) : undefined;
  if (adapter === undefined) {
    const message = 'connect() takes a Worker, a MessagePort or a Window';
    return raise(connect, 'InvalidArgument', message);
  }
  return connectThrough(connect, adapter, options);
}

/**
 * Returns a server for any number of clients that connect from the other side: by default, from the
 * agent that started this thread, or from the parent or opener of this page. Until the first client
 * has connected, the endpoint counts as one.
 *
 * `listen(window, …)` in a page takes clients from any window whose origin is allowed.
 *
 * @example
 * for await (const message of listen<never, number, number>()) {
 *   if (message.type === 'request') message.rctx.reply(2 * message.msg);
 * }
 *
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
  const isUsable = endpoint === undefined || isObject(endpoint);
  const adapter = isUsable ? endpointToListen(listen, endpoint, options) : undefined;
  if (adapter !== undefined) return listenThrough(listen, adapter, options);
  if (endpoint !== undefined) {
    return raise(listen, 'InvalidArgument', 'listen() takes a Worker, a MessagePort or a Window');
  }
  return raise(
    listen,
    'NotSupported',
    'listen() has no default endpoint here; pass a Worker, a MessagePort or a Window',
  );
}
