import { ownGlobal } from '../../core/internal.js';

export interface OutputStream {
  write(text: string, written: () => void): unknown;
}

/** Node's AsyncLocalStorage: a value that belongs to a call, and to what it awaits. */
interface AsyncContext {
  run<T>(store: unknown, call: () => T): T;
  getStore(): unknown;
}

/**
 * The parts of Node's `process` that the actors use, declared structurally so that they compile
 * without Node's types. A bundler's stand-in for `process` lacks `getBuiltinModule`.
 */
export interface NodeProcess {
  exitCode?: unknown;
  on?(event: 'exit' | 'beforeExit', listener: (code: number) => void): unknown;
  off?(event: 'exit' | 'beforeExit', listener: (code: number) => void): unknown;
  exit?(code: number): void;
  readonly stdout?: OutputStream;
  readonly stderr?: OutputStream;
  memoryUsage?(): { readonly heapUsed: number; readonly external: number };
  getBuiltinModule?: {
    (name: 'node:worker_threads'): {
      readonly Worker: unknown;
      readonly isMainThread: boolean;
      readonly parentPort: unknown;
    };
    (name: 'node:async_hooks'): { readonly AsyncLocalStorage: new () => AsyncContext };
    (name: 'node:os'): { availableParallelism(): number };
  };
}

export const nodeProcess = (): NodeProcess | undefined =>
  ownGlobal('process') as NodeProcess | undefined;
