import { type OnDropped, raise } from '../../core/internal.js';
import { availableParallelism } from './available-parallelism.js';
import { checkConcurrency, checkNotNegative } from '../support/check-options.js';
import type { PoolOptions } from './pool-types.js';
import { CHILD_SHUTDOWN_MS } from '../supervision/child-spec.js';
import { RestartPolicy } from '../supervision/restart-policy.js';
import { isBeforeOf } from './order.js';
import { routerOf, type Router } from './routes.js';
import type { IsBefore } from '../proxies/dispatcher.js';
import { canMeasureMemory } from '../support/memory.js';

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
  /** The key of a message; undefined without a key. */
  readonly keyOf: ((msg: never) => string | number) | undefined;
  /** Whether the pool grows while messages wait. */
  readonly canGrow: boolean;
  readonly isBefore: IsBefore | undefined;
  readonly maxCalls: number;
  readonly maxAgeMs: number;
  /** Bytes. */
  readonly maxMemory: number;
  /** Undefined if the application sets no `intensity`: a pool that had a worker never gives up. */
  readonly restarts: RestartPolicy | undefined;
  readonly backoff: PoolOptions['backoff'];
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
  const { queue = Infinity, idle = 10_000, prefetchMs = 5, shutdown = CHILD_SHUTDOWN_MS } = options;
  if (typeof queue === 'function') {
    const message =
      'queue is a number of messages; a function that compares two is the option order';
    raise(stackStartFn, 'InvalidArgument', message);
  }
  const areWhole = [min, max].every((number) => Number.isInteger(number));
  if (!areWhole || min < 0 || max < 1 || min > max) {
    raise(
      stackStartFn,
      'InvalidArgument',
      'size, min and max must be whole numbers, with 0 <= min <= max and 1 <= max',
    );
  }
  checkNotNegative(stackStartFn, 'queue, idle, prefetchMs and shutdown', [
    queue,
    idle,
    prefetchMs,
    shutdown,
  ]);
  const { maxCalls = Infinity, maxAge = Infinity, maxMemory = Infinity } = options;
  if (!(maxCalls >= 1 && maxAge > 0 && maxMemory > 0)) {
    raise(
      stackStartFn,
      'InvalidArgument',
      'maxCalls must be a number, 1 or more; maxAge and maxMemory must be numbers above 0',
    );
  }
  if (maxMemory < Infinity && !canMeasureMemory()) {
    raise(stackStartFn, 'NotSupported', 'maxMemory: this platform cannot measure a thread');
  }
  const policy = new RestartPolicy(stackStartFn, options);
  return {
    min,
    max,
    maxQueued: queue,
    idleMs: idle,
    prefetchMs,
    concurrency: checkConcurrency(stackStartFn, options.concurrency),
    shutdownMs: shutdown,
    router,
    keyOf: typeof options.route === 'function' ? options.route : undefined,
    canGrow,
    isBefore: isBeforeOf(stackStartFn, options.order),
    maxCalls,
    maxAgeMs: maxAge,
    maxMemory,
    restarts: options.intensity === undefined ? undefined : policy,
    backoff: options.backoff,
    onDropped: options.onDropped,
  };
}
