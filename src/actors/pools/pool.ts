/**
 * A pool: several workers behind one requester.
 *
 *   running ──close() or stop(), drained──► stopping ──all workers have ended──► ended
 *      ├──kill()────────────────────────────►┤
 *      └──too many restarts ("gave up")─────►┘
 *
 * After close() or stop() the pool fails new calls, but still runs until it is drained; stop()
 * limits that to `shutdown` milliseconds. In `ended`, `done` has fulfilled, or rejected if the pool
 * gave up.
 */
import {
  Deferred,
  Failure,
  type ReqOptions,
  type Result,
  type UmpError,
} from '../../core/internal.js';
import type { ChildSpec, Running } from '../supervision/child-spec.js';
import type { Pool, PoolOptions, PoolStats } from './pool-types.js';
import { RequesterProxy } from '../proxies/requester-proxy.js';
import type { Target, QueuedMessage } from '../proxies/target.js';
import { report } from '../handlers/report.js';
import { checkPoolOptions, type PoolSettings } from './pool-settings.js';
import { Slot } from './slot.js';
import type { SupervisorEvent } from '../supervision/supervisor-event.js';
import { RefPromise } from '../ref-promise.js';
import { settlesWithin } from '../settles-within.js';
import { Workers } from './workers.js';

/**
 * Starts workers and distributes calls among them.
 *
 * ```ts
 * const resizers = pool(() => spawnWorker<never, Picture, number>('./resizer.mjs'));
 * const size = await resizers.req(picture);
 * await resizers.stop();
 * ```
 *
 * @param start starts one worker: `() => spawnWorker(…)`
 * @throws UmpError `InvalidArgument` if an option is invalid.
 */
export function pool<P, S, R, E>(
  start: () => Running<P, S, R, E> | Promise<Running<P, S, R, E>>,
  options: PoolOptions = {},
): Pool<P, S, R, E> {
  const settings = checkPoolOptions(pool, options);
  return new WorkerPool(start, settings, options.onEvent) as unknown as Pool<P, S, R, E>;
}

const STOPPED = new Failure('ServerDisappeared', 'the pool was stopped');

class WorkerPool
  extends RequesterProxy<never, never, unknown, unknown>
  implements Pool<never, never, unknown, unknown>
{
  readonly #done = new Deferred<void>();
  readonly done: Promise<void> = RefPromise.over(this.#done.promise);
  readonly #settings: PoolSettings;
  readonly #onEvent: PoolOptions['onEvent'];
  readonly #workers: Workers;
  #state: 'running' | 'stopping' | 'ended' = 'running';
  /** Resolve the calls of drain() that wait. */
  #drainWaiters: (() => void)[] = [];

  constructor(start: ChildSpec['start'], settings: PoolSettings, onEvent: PoolOptions['onEvent']) {
    super(settings.maxQueued, settings.onDropped);
    this.#settings = settings;
    this.#onEvent = onEvent;
    this.#workers = new Workers(start, settings, {
      emit: this.#emit.bind(this),
      isObserved: onEvent !== undefined,
      isStopping: () => this.#state !== 'running',
      wake: this.wake.bind(this),
      gaveUp: this.#gaveUp.bind(this),
    });
    this.#workers.startMin();
  }

  // ── the choice of a worker ─────────────────────────────────────────────────────────────────────

  protected pick(msg: unknown): Target<never, never> | undefined {
    const target = this.#settings.router(this.#workers.slots, msg);
    if (target === undefined) this.#workers.growIfAllowed();
    return target;
  }

  protected override wake(): void {
    super.wake();
    this.#notifyDrained();
  }

  override dequeue(message: QueuedMessage): void {
    super.dequeue(message);
    this.wake();
  }

  protected get hasTarget(): boolean {
    return this.#workers.slots.some(({ isUp }) => isUp);
  }

  /** A failed call may reveal the death of a worker before its `done` does. */
  protected targetLost(target: Target<never, never>): void {
    if (target instanceof Slot) target.child.requester.clearTarget();
  }

  postAll(msg: never): void {
    this.throwIfClosed(WorkerPool.prototype.postAll);
    for (const slot of this.#workers.slots) slot.post(msg);
  }

  async reqAll(
    msg: never,
    options?: Omit<ReqOptions, 'transfer'>,
  ): Promise<Result<unknown, unknown>[]> {
    this.throwIfClosed(WorkerPool.prototype.reqAll);
    return Promise.all(this.#workers.slots.map((slot) => slot.tryReq(msg, options)));
  }

  // ── statistics and the end ─────────────────────────────────────────────────────────────────────

  get stats(): PoolStats {
    const { workers, ...counts } = this.#workers.stats;
    return { workers, waiting: this.#waiting, oldest: this.oldest, ...counts };
  }

  get #waiting(): number {
    return this.queued + this.#workers.waiting;
  }

  get #isDrained(): boolean {
    return this.#waiting === 0 && !this.#workers.hasPendingCalls;
  }

  async drain(): Promise<void> {
    if (this.#isDrained) return;
    await this.loopRef.during(new Promise<void>((resolve) => this.#drainWaiters.push(resolve)));
  }

  #notifyDrained(): void {
    if (this.#drainWaiters.length === 0 || !this.#isDrained) return;
    for (const resolve of this.#drainWaiters.splice(0)) resolve();
  }

  override close(): void {
    super.close();
    void this.drain().then(() => this.#endAll());
  }

  async stop(): Promise<void> {
    this.closeWith(STOPPED);
    await settlesWithin(this.drain(), this.#settings.shutdownMs);
    await this.#endAll();
    return this.done;
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
    this.#state = 'ended';
    this.#emit({ type: 'over' });
    this.#done.resolve();
  }

  #gaveUp(worker: string, error: UmpError): void {
    this.#state = 'stopping';
    this.#emit({ type: 'gave up', child: worker, error });
    const { code, message, cause } = error;
    this.#failCalls(new Failure(code, message, { cause }));
    void this.#workers.stop().then(() => {
      this.#state = 'ended';
      this.#done.reject(error);
    });
  }

  /** Fails new calls, queued calls, and calls that wait at one worker. */
  #failCalls(failure: Failure): void {
    this.end(failure);
    this.#workers.endWith(failure);
    this.#notifyDrained();
  }

  #emit(event: SupervisorEvent): void {
    if (event.type === 'started') this.wake();
    try {
      this.#onEvent?.(event);
    } catch (error) {
      report(error);
    }
  }
}
