/** What of a browser's things connect() and listen() can be given, and the endpoint for each. */
import type { Endpoint } from '../core/connect/endpoint.js';
import type { ConnectOptions, ListenOptions } from '../core/options.js';
import { isPort, PortEndpoint } from './port-endpoint.js';
import {
  isServiceScope,
  isServiceWorker,
  ServiceScopeEndpoint,
  ServiceWorkerEndpoint,
} from './service-worker.js';
import {
  isSharedWorker,
  sharedScopeEndpoint,
  SharedWorkerEndpoint,
  isSharedScope,
} from './shared-worker.js';
import { connectingWindow, isWindow, listeningWindow } from './window.js';
import { isOwnScope, isWorker, ScopeEndpoint, WorkerEndpoint } from './worker.js';

/** Windows apart, one per target, however often it is used. */
const known = new WeakMap<object, Endpoint>();

function endpointFor(target: object): Endpoint | undefined {
  const endpoint = known.get(target) ?? newEndpoint(target);
  if (endpoint !== undefined) known.set(target, endpoint);
  return endpoint;
}

function newEndpoint(target: object): Endpoint | undefined {
  if (isOwnScope(target)) return new ScopeEndpoint(target);
  if (isSharedScope(target)) return sharedScopeEndpoint(target);
  if (isServiceScope(target)) return new ServiceScopeEndpoint(target);
  if (isSharedWorker(target)) return new SharedWorkerEndpoint(target);
  if (isServiceWorker(target)) return new ServiceWorkerEndpoint(target);
  if (isWorker(target)) return new WorkerEndpoint(target);
  if (isPort(target)) return new PortEndpoint(target);
  return undefined;
}

/** Undefined if the target is none. */
export function webConnect(
  stackStartFn: unknown,
  target: object,
  options: ConnectOptions,
): Endpoint | undefined {
  // First of all: a window of another origin throws at nearly any other question.
  return isWindow(target)
    ? connectingWindow(stackStartFn, target, options.origin)
    : endpointFor(target);
}

/** Without a target, whoever started this worker, framed this page or opened it. */
export function webListen(
  stackStartFn: unknown,
  target: object | undefined,
  options: ListenOptions,
): Endpoint | undefined {
  const from = target ?? (isWindow(globalThis) ? opener(window) : globalThis);
  if (from === undefined) return undefined;
  return isWindow(from)
    ? listeningWindow(stackStartFn, from, options.allowedOrigins)
    : endpointFor(from);
}

function opener({ parent, window, opener }: Window): Window | undefined {
  return parent === window ? ((opener as Window | null) ?? undefined) : parent;
}
