/** What a pool was told, checked, with what it was not told filled in. */
import { type OnDropped, raise } from '../../core/internal.js';
import type { PoolOptions } from './pool-types.js';
import { RestartPolicy } from '../supervision/restart-policy.js';
import { routerOf, type Router } from './routes.js';
import { cores } from '../threads/thread.js';

export interface Settings {
  min: number;
  max: number;
  queue: number;
  idle: number;
  prefetchMs: number;
  concurrency: number;
  shutdown: number;
  router: Router;
  restarts: RestartPolicy;
  onDropped: OnDropped | undefined;
}

/** Throws `InvalidArgument` for `entry` where it makes no sense. */
export function settingsOf(stackStartFn: unknown, options: PoolOptions): Settings {
  const router = routerOf(options.route ?? 'least-pending');
  if (router === undefined)
    raise(
      stackStartFn,
      'InvalidArgument',
      "unknown route: expected 'least-pending', 'round-robin', 'random', 'broadcast' or a function",
    );
  const { size, max = size ?? cores() } = options;
  // By a key, or to all, no call ever waits for one more.
  const grows = typeof options.route !== 'function' && options.route !== 'broadcast';
  const varies = grows && size === undefined && options.max !== undefined;
  const { min = varies ? 1 : max } = options;
  const {
    concurrency = 1,
    queue = Infinity,
    idle = 10_000,
    prefetchMs = 5,
    shutdown = 5000,
  } = options;
  const whole = [min, max].every((number) => Number.isInteger(number));
  if (!whole || min < 0 || max < 1 || min > max) {
    raise(
      stackStartFn,
      'InvalidArgument',
      'size, min and max take whole numbers, and min is at most max',
    );
  }
  if (![queue, idle, prefetchMs, shutdown].every((number) => number >= 0)) {
    raise(
      stackStartFn,
      'InvalidArgument',
      'queue, idle, prefetchMs and shutdown take numbers, 0 or more',
    );
  }
  if (!(concurrency === Infinity || Number.isInteger(concurrency)) || concurrency < 1) {
    raise(stackStartFn, 'InvalidArgument', 'concurrency takes a whole number above 0');
  }
  const restarts = new RestartPolicy(stackStartFn, options);
  const { onDropped } = options;
  return { min, max, queue, idle, prefetchMs, concurrency, shutdown, router, restarts, onDropped };
}
