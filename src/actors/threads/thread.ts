import { raise } from '../../core/errors.js';
import { ownGlobal } from '../../core/platform.js';
import type { WorkerLike } from '../../index.js';

/** The least that a URL must do. */
export interface UrlLike {
  readonly href: string;
}

/** What of a platform this file looks at, said structurally: it compiles without the types of any. */
interface Globals {
  readonly Worker?: new (url: string | UrlLike, options: { type: 'module' }) => WorkerLike;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

/** A bundler's stand-in for `process` lacks the method. */
interface Process {
  getBuiltinModule?: {
    (name: 'node:worker_threads'): {
      readonly Worker: new (url: string | UrlLike) => WorkerLike;
    };
    (name: 'node:os'): { availableParallelism(): number };
  };
}

const node = (): Process | undefined => ownGlobal('process') as Process | undefined;

/** A thread that runs the script, which is a module (in Node what its name and package.json say). */
export function startThread(entry: unknown, script: string | UrlLike): WorkerLike {
  const Worker = ownGlobal('Worker') as Globals['Worker'];
  if (Worker !== undefined) return new Worker(script, { type: 'module' });
  const threads = node()?.getBuiltinModule?.('node:worker_threads');
  if (threads === undefined) return raise(entry, 'NotSupported', 'this platform has no workers');
  return new threads.Worker(script);
}

/** Where a worker that has nothing left to do goes on for ever. */
export const neverEnds = (worker: WorkerLike): boolean => !('threadId' in worker);

/** How many threads run at once here. */
export function cores(): number {
  const { navigator } = globalThis as Globals;
  return (
    navigator?.hardwareConcurrency ??
    node()?.getBuiltinModule?.('node:os').availableParallelism() ??
    1
  );
}
