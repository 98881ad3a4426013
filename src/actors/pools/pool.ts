import type { Start } from '../supervision/child-spec.js';
import { starterOf, type Script } from '../supervision/starter.js';
import type { Pool, PoolOf, PoolOptions, PoolOptionsFor, ScriptPoolOptions } from './pool-types.js';
import { checkPoolOptions } from './pool-settings.js';
import { WorkerPool } from './worker-pool.js';

/**
 * Starts workers and distributes calls among them.
 *
 * ```ts
 * const resizers = pool(() => spawnWorker<never, Picture, number>('./resizer.mjs'), { max: 4 });
 * const size = await resizers.req(picture);
 * await resizers.stop();
 * ```
 *
 * @param start starts one worker
 * @throws UmpError `InvalidArgument` if `start` is not a function, or if an option is invalid;
 * `NotSupported` if `maxMemory` is set where the memory cannot be measured.
 */
export function pool<P, S, R, E>(start: Start<P, S, R, E>, options?: PoolOptions): Pool<P, S, R, E>;
/**
 * The same for workers that are all threads of one script, which calls serveWorker().
 *
 * ```ts
 * const resizers = pool<never, Picture, number>(new URL('./resizer.mjs', import.meta.url));
 * ```
 *
 * @param script the URL of the script, or a string as spawnWorker() takes it
 * @throws UmpError `InvalidArgument` if `script` is neither a URL nor a string, or if an option is
 * invalid; `DataClone` if `init` cannot be cloned; `NotSupported` as above.
 */
export function pool<P, S, R = unknown, E = never>(
  script: Script,
  options?: ScriptPoolOptions,
): Pool<P, S, R, E>;
/**
 * The same for a script that says by its type what it serves, as for {@link spawnWorker}: `init`
 * and the calls are typed.
 *
 * ```ts
 * import type { Worker } from './worker.js'; // export type Worker = typeof served;
 * const resizers = pool<Worker>(new URL('./worker.js', import.meta.url), { size: 4 });
 * const size = await remote(resizers).req.resize(picture);
 * ```
 */
export function pool<W>(script: Script, ...options: PoolOptionsFor<W>): PoolOf<W>;
export function pool(start: Start | Script, options: ScriptPoolOptions = {}): unknown {
  const settings = checkPoolOptions(pool, options);
  const starter = starterOf(pool, 'the argument of pool()', start, options, options);
  const workers = new WorkerPool(starter, settings, options.onEvent);
  workers.start();
  return workers;
}
