/** node:worker_threads, where the ports of this thread are of its kind. */
import type * as worker_threads from 'node:worker_threads';
import { perThread } from '../core/support/per-thread.js';
import { ownGlobal } from '../core/support/platform.js';
import { builtin } from './builtins.js';

export type WorkerThreads = typeof worker_threads;

const cache = perThread(() => ({ threads: findThreads() }));

/** Undefined where the ports of this thread are not Node's. */
export const nodeThreads = (): WorkerThreads | undefined => cache().threads;

/**
 * A page may run in a process with Node in it (Electron, NW.js) and have the browser's ports all
 * the same; a bundler may have put something named `process` there. Where there is no global
 * MessageChannel (a DOM that is simulated in Node) the ports are Node's.
 */
function findThreads(): WorkerThreads | undefined {
  const threads = builtin('node:worker_threads') as Partial<WorkerThreads> | undefined;
  if (typeof threads?.receiveMessageOnPort !== 'function') return undefined;
  const Channel = ownGlobal('MessageChannel') ?? threads.MessageChannel;
  return Channel === threads.MessageChannel ? threads : undefined;
}
