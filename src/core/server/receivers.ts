/** The calls that wait for a message of one mailbox, served in the order of the calls. */
import { onAbort, type Abortable } from '../support/abort-watch.js';
import { eachInBatches } from '../support/batches.js';
import { abortedFailure, Failure } from '../support/failure.js';
import type { WorkingSignal } from '../support/platform.js';
import { Queue, type QueueNode } from '../support/queue.js';
import type { Lifetime } from './lifetime.js';
import type { AnyMessage } from './message.js';

export type Received = AnyMessage | Failure;

/** A call that waits for a message. */
interface Receiver extends QueueNode {
  settle(outcome: Received): void;
}

/** Where receivers take their messages from. */
export interface MessageSource {
  /** Takes the next message out of the queue; undefined if none is queued. */
  take(): AnyMessage | undefined;
}

/** One pending call of wait(), or of next() of the iterator. */
class WaitingReceiver<T> implements Receiver, Abortable {
  before?: QueueNode | undefined;
  after?: QueueNode | undefined;
  readonly #receivers: Receivers;
  readonly #toResult: (outcome: Received) => T;
  readonly #resolve: (result: T) => void;
  #stopWatching: (() => void) | undefined;
  /** Keeps the Server handle reachable while the call is pending, so that it is not finalized. */
  readonly pinned: object;

  constructor(
    receivers: Receivers,
    pinned: object,
    toResult: (outcome: Received) => T,
    resolve: (result: T) => void,
  ) {
    this.#receivers = receivers;
    this.pinned = pinned;
    this.#toResult = toResult;
    this.#resolve = resolve;
  }

  watch(signal: WorkingSignal): void {
    this.#stopWatching = onAbort(signal, this);
  }

  settle(outcome: Received): void {
    this.#stopWatching?.();
    this.#resolve(this.#toResult(outcome));
  }

  aborted(cause: unknown): void {
    this.#receivers.remove(this);
    this.settle(abortedFailure(cause));
  }
}

export class Receivers {
  readonly #source: MessageSource;
  readonly #lifetime: Lifetime;
  readonly #waiting = new Queue<Receiver>();

  constructor(source: MessageSource, lifetime: Lifetime) {
    this.#source = source;
    this.#lifetime = lifetime;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Resolves with the next message, or with the reason why none will come, as converted by
   * `toResult`. Never rejects.
   */
  wait<T>(pinned: object, toResult: (outcome: Received) => T, signal?: WorkingSignal): Promise<T> {
    const outcome = signal?.aborted === true ? abortedFailure(signal.reason) : this.tryReceive();
    if (outcome !== undefined) return Promise.resolve(toResult(outcome));
    return new Promise((resolve) => {
      const receiver = new WaitingReceiver(this, pinned, toResult, resolve);
      if (signal !== undefined) receiver.watch(signal);
      this.add(receiver);
    });
  }

  /** The next message, or the reason why none will come; undefined if the caller has to wait. */
  tryReceive(): Received | undefined {
    return this.#source.take() ?? this.#lifetime.takeEndReason();
  }

  add(receiver: Receiver): void {
    this.#waiting.push(receiver);
    this.#lifetime.setWaiting(true);
  }

  deliver(message: AnyMessage): void {
    this.#waiting.shift()?.settle(message);
    this.#lifetime.setWaiting(this.size > 0);
  }

  endAll(reason: Failure): void {
    eachInBatches(this.#waiting.clear(), (receiver) => {
      receiver.settle(reason);
    });
    this.#lifetime.setWaiting(false);
  }

  remove(receiver: Receiver): void {
    this.#waiting.remove(receiver);
    this.#lifetime.setWaiting(this.size > 0);
  }
}
