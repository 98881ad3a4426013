import { nodeProcess } from '../support/node-process.js';

interface GlobalsWithNavigator {
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

/** How many threads can run at the same time here; 1 if the platform does not say. */
export function availableParallelism(): number {
  const { navigator } = globalThis as GlobalsWithNavigator;
  return (
    navigator?.hardwareConcurrency ??
    nodeProcess()?.getBuiltinModule?.('node:os').availableParallelism() ??
    1
  );
}
