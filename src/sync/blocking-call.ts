import { createBlocker } from '#blocker';
import {
  checkTimeout,
  Failure,
  natives,
  perThread,
  raise,
  timeoutFailure,
  type SendOptions,
} from '../core/internal.js';
import type { Awaited, Blocker } from './blocker.js';

export interface BlockOptions {
  /** Milliseconds; none by default. A message that has already arrived wins over it. */
  timeout?: number | undefined;
  /**
   * Microseconds for which this thread polls for its message before it sleeps; default 50. Where
   * the reply comes soon this saves the time to fall asleep and wake up; where it does not, it
   * occupies a core for that long.
   */
  spin?: number | undefined;
}

export interface SyncReqOptions extends BlockOptions, SendOptions {}

const DEFAULT_SPIN_MICROS = 50;

const CIRCLE = 'threads that block wait for one another in a circle, this one among them';

const currentBlocker = perThread(() => ({ blocker: createBlocker() }));

/** One call that blocks; its timeout starts now. */
export class BlockingCall {
  readonly #blocker: Blocker;
  readonly #timeout: number;
  readonly #deadline: number;
  readonly #spinMicros: number;

  /**
   * @throws UmpError `NotSupported` where a thread cannot block; `InvalidArgument` for an option.
   */
  constructor(stackStartFn: unknown, options: BlockOptions | undefined) {
    this.#blocker =
      currentBlocker().blocker ??
      raise(stackStartFn, 'NotSupported', 'blocking calls are only supported on Node.js');
    this.#timeout = checkTimeout(stackStartFn, options?.timeout) ?? Infinity;
    this.#deadline = natives().now() + this.#timeout;
    this.#spinMicros = checkTimeout(stackStartFn, options?.spin, 'spin') ?? DEFAULT_SPIN_MICROS;
  }

  /** Whether nothing but the awaited message ends the call. */
  get isEndless(): boolean {
    return this.#deadline === Infinity;
  }

  /** Handles everything that has arrived, and does not block. */
  poll(): void {
    this.#blocker.block({ isSettled: () => false }, 0, 0);
  }

  /** Blocks. Undefined once the awaited message is here, or else why the wait has failed. */
  wait(awaited: Awaited): Failure | undefined {
    const end = this.#blocker.block(awaited, this.#deadline, this.#spinMicros);
    if (end === 'settled') return undefined;
    if (end === 'timeout') return timeoutFailure(this.#timeout);
    return new Failure('WouldDeadlock', end === 'circle' ? CIRCLE : undefined);
  }
}
