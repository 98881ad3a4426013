import { UmpError } from '../../core/internal.js';
import type { Ended } from '../supervision/child.js';
import type { RestartPolicy } from '../supervision/restart-policy.js';

/** How often a slot tries to start its first worker, while the pool never had one. */
const FIRST_TRIES = 3;

/** When a pool gives up, because its workers fail. */
export class FailureLimit {
  /** Undefined: a pool that has had a worker never gives up. */
  readonly #restarts: RestartPolicy | undefined;
  /** Whether any worker has ever started. */
  #hasStarted = false;

  constructor(restarts: RestartPolicy | undefined) {
    this.#restarts = restarts;
  }

  /** A worker has started. */
  onStarted(): void {
    this.#hasStarted = true;
  }

  /**
   * A worker has failed, and `failures` have followed one another in its slot. Returns undefined if
   * it may be restarted.
   */
  reasonToGiveUp(failures: number, { child, error }: Ended): UmpError | undefined {
    const restarts = this.#restarts;
    if (restarts !== undefined) {
      return restarts.next() === undefined
        ? restarts.tooManyRestarts(child.name, error)
        : undefined;
    }
    if (this.#hasStarted || failures < FIRST_TRIES) return undefined;
    const tries = `${child.name} was tried ${String(FIRST_TRIES)} times`;
    const message = `no worker has started, and ${tries}: see cause`;
    return new UmpError('ServerDisappeared', message, { cause: error });
  }
}
