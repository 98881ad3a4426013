import { checkTimeout, Failure, raise, type SendOptions } from '../core/internal.js';
import type { Awaited, Blocker } from './blocker.js';

export interface BlockOptions {
  /** Milliseconds; none unless given. What has already arrived wins over it. */
  timeout?: number | undefined;
  /**
   * Microseconds in which this thread looks for its message again and again before it goes to
   * sleep; default 50. It saves the time to fall asleep and to be woken where the answer comes
   * soon, and takes a core for so long where it does not.
   */
  spin?: number | undefined;
}

export interface SyncReqOptions extends BlockOptions, SendOptions {}

/** Microseconds. */
const DEFAULT_SPIN = 50;

const CIRCLE = 'threads that block wait for one another in a circle, this one among them';

/** The entry says how this platform blocks. */
export const blocking: { by: Blocker | undefined } = { by: undefined };

/** How long one call may take; starts now. */
export class BlockingCall {
  readonly #blocker: Blocker;
  readonly #deadline: number;
  readonly #spin: number;

  /** Throws for `entry` where this thread cannot block, or the options make no sense. */
  constructor(stackStartFn: unknown, options: BlockOptions | undefined) {
    this.#blocker =
      blocking.by ??
      raise(stackStartFn, 'NotSupported', 'blocking calls are only supported on Node.js');
    const timeout = checkTimeout(stackStartFn, options?.timeout);
    this.#deadline = timeout === undefined ? Infinity : performance.now() + timeout;
    this.#spin = checkTimeout(stackStartFn, options?.spin, 'spin') ?? DEFAULT_SPIN;
  }

  /** Nothing but what it waits for ends the call. */
  get isEndless(): boolean {
    return this.#deadline === Infinity;
  }

  /** Deals with all that has arrived. */
  poll(): void {
    this.#blocker.block({ done: () => false }, 0, 0);
  }

  /** Undefined once it is done. */
  failure(awaited: Awaited): Failure | undefined {
    const end = this.#blocker.block(awaited, this.#deadline, this.#spin);
    if (end === 'done') return undefined;
    if (end === 'late') return new Failure('Timeout');
    return new Failure('WouldDeadlock', end === 'circle' ? CIRCLE : undefined);
  }
}
