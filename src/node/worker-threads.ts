/** node:worker_threads, if it is what this thread's ports are made by. */
import type * as worker_threads from 'node:worker_threads';
import { ownGlobal } from '../core/support/platform.js';

type WorkerThreads = typeof worker_threads;

/**
 * A page may have Node in it (Electron, NW.js), and ports of the browser all the same; a bundler
 * may have put something that is called `process` there. Where there is no MessageChannel at all (a
 * DOM that is simulated in Node) ports come from Node.
 */
export function nodeThreads(): WorkerThreads | undefined {
  const threads = builtin('node:worker_threads') as Partial<WorkerThreads> | undefined;
  if (typeof threads?.receiveMessageOnPort !== 'function') return undefined;
  const Channel = ownGlobal('MessageChannel') ?? threads.MessageChannel;
  return Channel === threads.MessageChannel ? threads : undefined;
}

function builtin(id: string): unknown {
  try {
    return (ownGlobal('process') as Partial<NodeJS.Process> | undefined)?.getBuiltinModule?.(id);
  } catch {
    return undefined;
  }
}
