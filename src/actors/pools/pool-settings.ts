/** What a pool was told, checked, with what it was not told filled in. */
import { raise } from '../../core/errors.js';
import type { OnDropped } from '../../core/options.js';
import type { PoolOptions } from './pool-types.js';
import { Restarts } from '../supervision/restarts.js';
import { routerOf, type Router } from './routes.js';
import { cores } from '../threads/thread.js';

export interface Settings {
  min: number;
  max: number;
  queue: number;
  idle: number;
  ahead: number;
  concurrency: number;
  shutdown: number;
  router: Router;
  restarts: Restarts;
  onDropped: OnDropped | undefined;
}

/** Throws `NotSupported` for `entry` where it makes no sense. */
export function settingsOf(entry: unknown, options: PoolOptions): Settings {
  const router = routerOf(options.route ?? 'least-pending');
  if (router === undefined) raise(entry, 'NotSupported', 'route is none of those that there are');
  const { size, max = size ?? cores() } = options;
  // By a key, or to all, no call ever waits for one more.
  const grows = typeof options.route !== 'function' && options.route !== 'broadcast';
  const varies = grows && size === undefined && options.max !== undefined;
  const { min = varies ? 1 : max } = options;
  const { concurrency = 1, queue = Infinity, idle = 10_000, ahead = 5, shutdown = 5000 } = options;
  const whole = [min, max].every((number) => Number.isInteger(number));
  if (!whole || min < 0 || max < 1 || min > max) {
    raise(entry, 'NotSupported', 'size, min and max take whole numbers, and min is at most max');
  }
  if (![queue, idle, ahead, shutdown].every((number) => number >= 0)) {
    raise(entry, 'NotSupported', 'queue, idle, ahead and shutdown take numbers, 0 or more');
  }
  if (!(concurrency === Infinity || Number.isInteger(concurrency)) || concurrency < 1) {
    raise(entry, 'NotSupported', 'concurrency takes a whole number above 0');
  }
  const restarts = new Restarts(entry, options);
  const { onDropped } = options;
  return { min, max, queue, idle, ahead, concurrency, shutdown, router, restarts, onDropped };
}
