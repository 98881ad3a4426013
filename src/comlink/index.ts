/** The entry "ump-ng/comlink": the API of Comlink. */
export type { AnyEndpoint, Origins } from './endpoints.js';
export { windowEndpoint } from './endpoints.js';
export { expose, type ExposeOptions } from './expose.js';
export { createEndpoint, finalizer, proxyMarker, releaseProxy } from './symbols.js';
export { transfer } from './transfer.js';
export { proxy, transferHandlers, type TransferHandler } from './transfer-handlers.js';
export type {
  CallOptions,
  Endpoint,
  EventSource,
  Local,
  LocalObject,
  PostMessageWithOrigin,
  ProxyMarked,
  ProxyMethods,
  ProxyOrClone,
  Remote,
  RemoteObject,
  UnproxyOrClone,
  WithOptions,
} from './types.js';
export { wrap } from './wrap.js';
