/**
 * A pool: several workers behind one requester.
 *
 *   running ──close() or stop(), drained──────────────────► stopping ──all have ended──► closed
 *      ├──kill()───────────────────────────────────────────────►┤
 *      └──no worker starts, or too many restarts ("gave up")───►┘
 *
 * After close() or stop() the pool fails new calls, but still runs until it is drained; stop()
 * limits that to `shutdown` milliseconds. In `closed`, `done` has fulfilled, or rejected if the
 * pool gave up.
 */
import {
  Condition,
  Deferred,
  Failure,
  type ReqOptions,
  type Result,
  type UmpError,
} from '../../core/internal.js';
import type { Start } from '../supervision/child-spec.js';
import type { Pool, PoolOptions, PoolStats } from './pool-types.js';
import type { Dispatcher } from '../proxies/dispatcher.js';
import { RequesterProxy } from '../proxies/requester-proxy.js';
import type { CallTarget, QueuedMessage } from '../proxies/call-target.js';
import { asFailure } from '../support/as-failure.js';
import { asyncDispose } from '../support/async-dispose.js';
import { reportIfThrows } from '../support/report.js';
import { FanOut } from './fan-out.js';
import type { PoolSettings } from './pool-settings.js';
import { statsOfWorkers } from './pool-stats.js';
import { slotIndexOf } from './routes.js';
import { Slot } from './slot.js';
import type { SupervisorEvent } from '../supervision/supervisor-event.js';
import { RefPromise } from '../support/ref-promise.js';
import { settlesWithin } from '../support/settles-within.js';
import { Workers } from './workers.js';

const STOPPED = new Failure('ServerDisappeared', 'the pool was stopped');

export class WorkerPool
  extends RequesterProxy<never, never, unknown, unknown>
  implements Pool<never, never, unknown, unknown>
{
  readonly #done = new Deferred<void>();
  readonly done: Promise<void> = RefPromise.wrap(this.#done.promise);
  readonly #settings: PoolSettings;
  readonly #onEvent: PoolOptions['onEvent'];
  readonly #workers: Workers;
  /** With a key: the queues of the slots. */
  readonly #keyLanes: Dispatcher<never, never, unknown, unknown>[] = [];
  #state: 'running' | 'stopping' | 'closed' = 'running';
  readonly #drained = new Condition(() => this.#isDrained);

  constructor(start: Start, settings: PoolSettings, onEvent: PoolOptions['onEvent']) {
    super(settings.maxQueued, settings.onDropped, settings.isBefore);
    this.#settings = settings;
    this.#onEvent = onEvent;
    this.#workers = new Workers(start, settings, {
      emit: this.#emit.bind(this),
      isObserved: onEvent !== undefined,
      isStopping: () => this.#state !== 'running',
      wake: this.wake.bind(this),
      gaveUp: this.#gaveUp.bind(this),
    });
    const count = settings.keyOf === undefined ? 0 : settings.max;
    for (let index = 0; index < count; index++) {
      this.#keyLanes.push(this.addLane(() => this.#freeAt(index), settings.isBefore));
    }
  }

  /** Starts the workers that always run. Called once, by pool(). */
  start(): void {
    this.#workers.startMin();
  }

  // ── the choice of a worker ─────────────────────────────────────────────────────────────────────

  protected pick(): CallTarget<never, never> | undefined {
    return this.#settings.router(this.#workers.slots);
  }

  #freeAt(index: number): Slot | undefined {
    const slot = this.#workers.slots[index];
    return slot?.state === 'free' ? slot : undefined;
  }

  protected override laneOf(
    stackStartFn: unknown,
    msg: unknown,
  ): Dispatcher<never, never, unknown, unknown> {
    const { keyOf, max } = this.#settings;
    if (keyOf === undefined) return this.commonLane;
    return this.#keyLanes[slotIndexOf(stackStartFn, keyOf, msg, max)] ?? this.commonLane;
  }

  protected override pickAny(): CallTarget<never, never> | undefined {
    if (this.#settings.keyOf === undefined) return super.pickAny();
    for (const lane of this.#keyLanes) {
      const target = lane.pickIfEmpty(undefined);
      if (target !== undefined) return target;
    }
    return undefined;
  }

  protected override onWaiting(): void {
    if (this.#settings.keyOf === undefined) this.#workers.growFor(Math.max(this.queued, 1));
    else {
      const { slots } = this.#workers;
      for (const [index, lane] of this.#keyLanes.entries()) {
        const slot = slots[index];
        if (lane.size > 0 && slot !== undefined) this.#workers.fill(slot);
      }
      // If no worker runs at all, a call of ready() may wait for any.
      const [first] = slots;
      if (first !== undefined && slots.every(({ isEmpty }) => isEmpty)) this.#workers.fill(first);
    }
  }

  protected override wake(): void {
    super.wake();
    this.#drained.check();
  }

  override dequeue(message: QueuedMessage): void {
    super.dequeue(message);
    this.wake();
  }

  protected get hasTarget(): boolean {
    return this.#workers.slots.some(({ isUp }) => isUp);
  }

  /** A failed call may reveal the death of a worker before its `done` does. */
  protected targetLost(target: CallTarget<never, never>): void {
    if (target instanceof Slot) target.child.requester.clearTarget();
  }

  postAll(msg: never): void {
    this.throwIfClosed(WorkerPool.prototype.postAll);
    new FanOut(this.#workers.occupied).post(msg);
  }

  async reqAll(
    msg: never,
    options?: Omit<ReqOptions, 'transfer'>,
  ): Promise<Result<unknown, unknown>[]> {
    this.throwIfClosed(WorkerPool.prototype.reqAll);
    return new FanOut(this.#workers.occupied).reqAll(msg, options);
  }

  // ── statistics and the end ─────────────────────────────────────────────────────────────────────

  get stats(): PoolStats {
    const { workers, ...counts } = statsOfWorkers(this.#workers);
    return { workers, waiting: this.#waiting, oldest: this.oldest, ...counts };
  }

  get #waiting(): number {
    let sum = this.queued;
    for (const { child } of this.#workers.slots) sum += child.requester.waiting;
    return sum;
  }

  get #isDrained(): boolean {
    const { slots, leaving } = this.#workers;
    return (
      this.#waiting === 0 && [...slots, ...leaving.slots].every(({ pending }) => pending === 0)
    );
  }

  async drain(): Promise<void> {
    if (!this.#isDrained) await this.loopRef.during(this.#drained.wait());
  }

  override close(): void {
    super.close();
    void this.drain().then(() => this.#endAll());
  }

  async stop(): Promise<void> {
    this.failNewCalls(STOPPED);
    await settlesWithin(this.drain(), this.#settings.shutdownMs);
    await this.#endAll();
    return this.done;
  }

  [asyncDispose](): Promise<void> {
    return this.stop();
  }

  kill(): void {
    void this.#endAll(0);
    this.#workers.kill();
  }

  async #endAll(graceMs?: number): Promise<void> {
    const isFirst = this.#state === 'running';
    if (isFirst) this.#state = 'stopping';
    this.#failCalls(STOPPED);
    await this.#workers.stop(graceMs);
    if (!isFirst) return;
    this.#state = 'closed';
    this.#emit({ type: 'over' });
    this.#done.resolve();
  }

  #gaveUp(worker: string, error: UmpError): void {
    this.#state = 'stopping';
    this.#emit({ type: 'gave up', child: worker, error });
    this.#failCalls(asFailure(error));
    void this.#workers.stop().then(() => {
      this.#state = 'closed';
      this.#done.reject(error);
    });
  }

  /** Fails new calls, queued calls, and calls that wait at one worker. */
  #failCalls(failure: Failure): void {
    this.closeWith(failure);
    this.#workers.failCalls(failure);
    this.#drained.check();
  }

  #emit(event: SupervisorEvent): void {
    if (event.type === 'started') this.wake();
    reportIfThrows(() => this.#onEvent?.(event));
  }
}
