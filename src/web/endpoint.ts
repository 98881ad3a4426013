/** `#endpoints` in browsers: the endpoint for each object that connect() and listen() take. */
import type { EndpointAdapter } from '../core/connect/endpoint.js';
import type { ConnectOptions, ListenOptions } from '../core/options.js';
import { perThread } from '../core/support/per-thread.js';
import { isWebPort, WebPortEndpoint } from './port-endpoint.js';
import {
  isServiceScope,
  isServiceWorker,
  ServiceScopeEndpoint,
  ServiceWorkerEndpoint,
} from './service-worker.js';
import {
  isSharedScope,
  isSharedWorker,
  sharedScopeEndpoint,
  SharedWorkerEndpoint,
} from './shared-worker.js';
import { connectingWindow, isWindow, listeningWindow } from './window.js';
import { isOwnScope, isDedicatedWorker, ScopeEndpoint, DedicatedWorkerEndpoint } from './worker.js';

/** One per target, however often it is used; windows have none here. */
const webEndpoints = perThread(() => new WeakMap<object, EndpointAdapter>());

function endpointFor(target: object): EndpointAdapter | undefined {
  const endpoint = webEndpoints().get(target) ?? createWebEndpoint(target);
  if (endpoint !== undefined) webEndpoints().set(target, endpoint);
  return endpoint;
}

function createWebEndpoint(target: object): EndpointAdapter | undefined {
  if (isOwnScope(target)) return new ScopeEndpoint(target).start();
  if (isSharedScope(target)) return sharedScopeEndpoint(target);
  if (isServiceScope(target)) return new ServiceScopeEndpoint(target);
  if (isSharedWorker(target)) return new SharedWorkerEndpoint(target).start();
  if (isServiceWorker(target)) return new ServiceWorkerEndpoint(target);
  if (isDedicatedWorker(target)) return new DedicatedWorkerEndpoint(target).start();
  if (isWebPort(target)) return new WebPortEndpoint(target).start();
  return undefined;
}

/** Undefined if the target is not an endpoint. */
export function endpointToConnect(
  stackStartFn: unknown,
  target: object,
  options: ConnectOptions,
): EndpointAdapter | undefined {
  // Must come first: a window of another origin throws when nearly any other property is read.
  return isWindow(target)
    ? connectingWindow(stackStartFn, target, options.origin)
    : endpointFor(target);
}

/** Without a target, the agent that started this worker, framed this page or opened it. */
export function endpointToListen(
  stackStartFn: unknown,
  target: object | undefined,
  options: ListenOptions,
): EndpointAdapter | undefined {
  const from = target ?? (isWindow(globalThis) ? creatorOf(window) : globalThis);
  if (from === undefined) return undefined;
  return isWindow(from)
    ? listeningWindow(stackStartFn, from, options.allowedOrigins)
    : endpointFor(from);
}

function creatorOf({ parent, window, opener }: Window): Window | undefined {
  return parent === window ? ((opener as Window | null) ?? undefined) : parent;
}
