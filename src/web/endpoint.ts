/** `#endpoints` in browsers: the adapter for each object that connect() and listen() take. */
import type { EndpointAdapter } from '../core/connect/endpoint.js';
import type { ConnectOptions, ListenOptions } from '../core/options.js';
import { perThread } from '../core/support/per-thread.js';
import { isWebPort, WebPortEndpoint } from './port-endpoint.js';
import { isServiceScope, serviceScopeEndpoint } from './service-scope.js';
import { isServiceWorker, ServiceWorkerEndpoint } from './service-worker.js';
import { isSharedScope, sharedScopeEndpoint } from './shared-scope.js';
import { isSharedWorker, SharedWorkerEndpoint } from './shared-worker.js';
import { connectingWindow, isWindow, listeningWindow } from './window.js';
import { isOwnScope, isDedicatedWorker, ScopeEndpoint, DedicatedWorkerEndpoint } from './worker.js';

/** One for each endpoint, however often it is used; windows have none here. */
const webEndpoints = perThread(() => new WeakMap<object, EndpointAdapter>());

function endpointFor(endpoint: object): EndpointAdapter | undefined {
  const adapter = webEndpoints().get(endpoint) ?? createWebEndpoint(endpoint);
  if (adapter !== undefined) webEndpoints().set(endpoint, adapter);
  return adapter;
}

function createWebEndpoint(endpoint: object): EndpointAdapter | undefined {
  if (isOwnScope(endpoint)) return new ScopeEndpoint(endpoint).start();
  if (isSharedWorker(endpoint)) return new SharedWorkerEndpoint(endpoint).start();
  if (isServiceWorker(endpoint)) return new ServiceWorkerEndpoint(endpoint);
  if (isDedicatedWorker(endpoint)) return new DedicatedWorkerEndpoint(endpoint).start();
  if (isWebPort(endpoint)) return new WebPortEndpoint(endpoint).start();
  return undefined;
}

/** Undefined if the object is not an endpoint. */
export function endpointToConnect(
  stackStartFn: unknown,
  endpoint: object,
  options: ConnectOptions,
): EndpointAdapter | undefined {
  // Must come first: a window of another origin throws when nearly any other property is read.
  return isWindow(endpoint)
    ? connectingWindow(stackStartFn, endpoint, options.origin)
    : endpointFor(endpoint);
}

/** Without an endpoint, the agent that started this worker, framed this page or opened it. */
export function endpointToListen(
  stackStartFn: unknown,
  endpoint: object | undefined,
  options: ListenOptions,
): EndpointAdapter | undefined {
  const from = endpoint ?? (isWindow(globalThis) ? creatorOf(window) : globalThis);
  if (from === undefined) return undefined;
  if (isWindow(from)) return listeningWindow(stackStartFn, from, options.allowedOrigins);
  // These scopes only listen: they answer their pages, and cannot choose one of them.
  if (isSharedScope(from)) return sharedScopeEndpoint(from);
  if (isServiceScope(from)) return serviceScopeEndpoint(from);
  return endpointFor(from);
}

function creatorOf({ parent, window, opener }: Window): Window | undefined {
  return parent === window ? ((opener as Window | null) ?? undefined) : parent;
}
