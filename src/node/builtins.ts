/**
 * Node's own modules. The globals of the same names may be others: a simulated page replaces or
 * lacks some of them, and tests put fake timers in the place of others.
 */
import { ownGlobal } from '../core/support/platform.js';

/** Not a static import: a bundle for browsers that contains this module must still load. */
export function builtin(id: string): unknown {
  try {
    return (ownGlobal('process') as Partial<NodeJS.Process> | undefined)?.getBuiltinModule?.(id);
  } catch {
    return undefined;
  }
}

const moduleOr = <T extends object>(id: string, globals: T): T => (builtin(id) ?? globals) as T;

const timersModule = moduleOr('node:timers', globalThis);
/** Read when this module is loaded, because fake timers replace those of node:timers too. */
export const timers = {
  setTimeout: timersModule.setTimeout,
  clearTimeout: timersModule.clearTimeout,
  setInterval: timersModule.setInterval,
  setImmediate: timersModule.setImmediate,
};
export const performanceClock = moduleOr('node:perf_hooks', globalThis).performance;
export const { nextTick } = moduleOr('node:process', {} as NodeJS.Process);
