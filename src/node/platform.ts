import type { Endpoint } from '../core/connect/endpoint.js';
import type { Driver } from '../core/transport/driver.js';
import { nodeDriver } from './driver.js';
import { nodeEndpoint } from './endpoint.js';
import { completer } from './ports.js';
import { nodeThreads } from './worker-threads.js';

export interface NodePlatform {
  driver: Driver;
  /**
   * Undefined if the target is none of Node's; without a target, the thread that started this one.
   */
  endpoint(target: object | undefined): Endpoint | undefined;
}

/** Undefined where the ports are not Node's. No static import: a browser bundle must not break. */
export function nodePlatform(): NodePlatform | undefined {
  const threads = nodeThreads();
  if (threads === undefined) return undefined;
  const complete = completer(threads);
  return {
    driver: nodeDriver(threads, complete),
    endpoint: (target = globalThis) => {
      const other = target === globalThis ? (threads.parentPort ?? target) : target;
      complete(other);
      return nodeEndpoint(other, threads);
    },
  };
}
