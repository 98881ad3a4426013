import { ownGlobal } from '../core/internal.js';
import type { WorkerLike } from '../index.js';

/**
 * The parts of Node's `process` that the actors use, declared structurally so that they compile
 * without Node's types. A bundler's stand-in for `process` lacks `getBuiltinModule`.
 */
interface NodeProcess {
  exitCode?: unknown;
  getBuiltinModule?: {
    (name: 'node:worker_threads'): {
      readonly Worker: new (url: string | { readonly href: string }) => WorkerLike;
    };
    (name: 'node:os'): { availableParallelism(): number };
  };
}

export const nodeProcess = (): NodeProcess | undefined =>
  ownGlobal('process') as NodeProcess | undefined;
