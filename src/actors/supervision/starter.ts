/** What starts a child of a supervisor or a worker of a pool: a function, or a script. */
import { checkTimeout, checkTransportOptions, type OnDropped, raise } from '../../core/internal.js';
import { snapshot } from '../proxies/snapshot.js';
import {
  spawnWorker,
  type SpawnedWorker,
  type SpawnWorkerOptions,
} from '../threads/spawn-worker.js';
import { checkWorkerOptions, isScript, type Script } from '../threads/start-thread.js';

export type { Script };

/**
 * The options of spawnWorker() for a script that is started again and again. They belong to a
 * script alone: a function passes its own options to spawnWorker().
 */
export interface ScriptOptions extends Pick<
  SpawnWorkerOptions,
  'worker' | 'timeout' | 'heartbeat' | 'spin'
> {
  /** The argument of the factory in each thread; copied now, and for each thread. */
  init?: unknown;
}

/** What spawnWorker() takes from the other options of a child or a pool. */
interface OwnerOptions {
  readonly shutdown?: number | undefined;
  readonly onDropped?: OnDropped | undefined;
}

/** Starts a thread. */
type StartThread = () => SpawnedWorker<never, never, unknown, unknown, unknown>;

/**
 * Returns the function that starts an actor. `what` names `start` in messages.
 * @throws UmpError `InvalidArgument` if `start` is neither a function nor a script, if an option is
 * invalid, or if it belongs to a script and `start` is none; `DataClone` if `init` cannot be
 * cloned.
 */
export function starterOf<F extends () => unknown>(
  stackStartFn: unknown,
  what: string,
  start: F | Script,
  { init, worker, timeout, heartbeat, spin }: ScriptOptions,
  { shutdown, onDropped }: OwnerOptions,
): F | StartThread {
  const script = { init, worker, timeout, heartbeat, spin };
  if (typeof start === 'function') {
    for (const [name, value] of Object.entries(script)) {
      if (value === undefined) continue;
      const message = `\`${name}\` belongs to a script: a function passes it to spawnWorker()`;
      raise(stackStartFn, 'InvalidArgument', message);
    }
    return start;
  }
  if (!isScript(start)) {
    const message = `${what} must be a function that starts an actor, or the URL of a script`;
    return raise(stackStartFn, 'InvalidArgument', message);
  }
  checkWorkerOptions(stackStartFn, start, worker);
  checkTimeout(stackStartFn, timeout);
  checkTransportOptions(stackStartFn, script);
  const { msg: copy } = snapshot(stackStartFn, init);
  return () => spawnWorker(start, { ...script, init: copy, shutdown, onDropped });
}
