import { callerTurn, Queue, type QueueNode } from '../../core/internal.js';

interface Waiter extends QueueNode {
  readonly resolve: () => void;
}

/**
 * The calls of ready() that wait. They are notified one by one, because the call that follows may
 * take the only room: if all were notified, the time would grow with the square of their number.
 */
export class ReadyWaiters {
  readonly #waiting = new Queue<Waiter>();
  readonly #isReady: () => boolean;
  #isNotifying = false;

  /** `isReady` says whether the next waiter has nothing to wait for; it must not throw. */
  constructor(isReady: () => boolean) {
    this.#isReady = isReady;
  }

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ resolve });
    });
  }

  /** Must be called when `isReady` may have become true. */
  notify(): void {
    if (!this.#isNotifying && this.#waiting.size > 0) void this.#notifyAll();
  }

  async #notifyAll(): Promise<void> {
    this.#isNotifying = true;
    while (this.#waiting.size > 0 && this.#isReady()) {
      this.#waiting.shift()?.resolve();
      await callerTurn();
    }
    this.#isNotifying = false;
  }
}
