import { type OnDropped, raise } from '../../core/internal.js';
import { availableParallelism } from './available-parallelism.js';
import { checkConcurrency } from '../handlers/serve.js';
import type { PoolOptions } from './pool-types.js';
import { RestartPolicy } from '../supervision/restart-policy.js';
import { routerOf, type Router } from './routes.js';

/** The options of a pool, validated, with defaults filled in. */
export interface PoolSettings {
  readonly min: number;
  readonly max: number;
  readonly maxQueued: number;
  readonly idleMs: number;
  readonly prefetchMs: number;
  readonly concurrency: number;
  readonly shutdownMs: number;
  readonly router: Router;
  readonly restarts: RestartPolicy;
  readonly onDropped: OnDropped | undefined;
}

/** Throws `InvalidArgument` if an option is invalid. */
export function checkPoolOptions(stackStartFn: unknown, options: PoolOptions): PoolSettings {
  const router = routerOf(options.route ?? 'least-pending');
  if (router === undefined)
    raise(
      stackStartFn,
      'InvalidArgument',
      "unknown route: expected 'least-pending', 'round-robin', 'random', 'broadcast' or a function",
    );
  const { size, max = size ?? availableParallelism() } = options;
  // With a key or a broadcast, no call waits until a worker is free, so none makes the pool grow.
  const canGrow = typeof options.route !== 'function' && options.route !== 'broadcast';
  const varies = canGrow && size === undefined && options.max !== undefined;
  const { min = varies ? 1 : max } = options;
  const { queue = Infinity, idle = 10_000, prefetchMs = 5, shutdown = 5000 } = options;
  const areWhole = [min, max].every((number) => Number.isInteger(number));
  if (!areWhole || min < 0 || max < 1 || min > max) {
    raise(
      stackStartFn,
      'InvalidArgument',
      'size, min and max must be whole numbers, with 0 <= min <= max and 1 <= max',
    );
  }
  if (![queue, idle, prefetchMs, shutdown].every((number) => number >= 0)) {
    raise(
      stackStartFn,
      'InvalidArgument',
      'queue, idle, prefetchMs and shutdown must be numbers, 0 or more',
    );
  }
  return {
    min,
    max,
    maxQueued: queue,
    idleMs: idle,
    prefetchMs,
    concurrency: checkConcurrency(stackStartFn, options.concurrency),
    shutdownMs: shutdown,
    router,
    restarts: new RestartPolicy(stackStartFn, options),
    onDropped: options.onDropped,
  };
}
