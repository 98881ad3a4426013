/** Many workers behind one requester. */
import { Failure, type ReqOptions, type Result, type UmpError } from '../../core/internal.js';
import type { ChildSpec, Running } from '../supervision/child-spec.js';
import type { Pool, PoolOptions, PoolStats } from './pool-types.js';
import { RequesterProxy } from '../proxies/requester-proxy.js';
import type { Target, QueuedMessage } from '../proxies/target.js';
import { report } from '../handlers/report.js';
import { settingsOf, type Settings } from './pool-settings.js';
import { Slot } from './slot.js';
import type { SupervisorEvent } from '../supervision/supervise.js';
import { RefPromise } from '../ref-promise.js';
import { settlesWithin } from '../settles-within.js';
import { Workers } from './workers.js';

/**
 * Starts workers, and spreads calls over them.
 *
 * @param start starts one worker: `() => spawnWorker(…)`
 * @throws UmpError `InvalidArgument` for options that make no sense.
 */
export function pool<P, S, R, E>(
  start: () => Running<P, S, R, E> | Promise<Running<P, S, R, E>>,
  options: PoolOptions = {},
): Pool<P, S, R, E> {
  const settings = settingsOf(pool, options);
  return new WorkerPool(start, settings, options) as unknown as Pool<P, S, R, E>;
}

const STOPPED = new Failure('ServerDisappeared', 'the pool was stopped');

class WorkerPool
  extends RequesterProxy<never, never, unknown, unknown>
  implements Pool<never, never, unknown, unknown>
{
  readonly done: Promise<void>;
  #finish!: { resolve: () => void; reject: (error: UmpError) => void };
  readonly #settings: Settings;
  readonly #onEvent: ((event: SupervisorEvent) => void) | undefined;
  readonly #workers: Workers;
  #drained: (() => void)[] = [];

  constructor(start: ChildSpec['start'], settings: Settings, { onEvent, onDropped }: PoolOptions) {
    super(settings.queue, onDropped);
    this.#settings = settings;
    this.#onEvent = onEvent;
    const done = new Promise<void>((resolve, reject) => {
      this.#finish = { resolve, reject };
    });
    this.done = RefPromise.over(done);
    this.#workers = new Workers(start, settings, {
      tell: this.#tell.bind(this),
      hears: onEvent !== undefined,
      free: this.offer.bind(this),
      gaveUp: this.#gaveUp.bind(this),
    });
    this.#workers.begin();
  }

  // ── who takes a message ────────────────────────────────────────────────────────────────────────

  protected pick(msg: unknown): Target<never, never> | undefined {
    const target = this.#settings.router(this.#workers.slots, msg);
    if (target === undefined) this.#workers.growIfTheyMay();
    return target;
  }

  protected override offer(): void {
    super.offer();
    this.#tellDrained();
  }

  override dequeue(call: QueuedMessage): void {
    super.dequeue(call);
    this.offer();
  }

  protected get isUp(): boolean {
    return this.#workers.slots.some(({ isUp }) => isUp);
  }

  /** It is known to be dead before its supervision has heard of it. */
  protected lost(target: Target<never, never>): void {
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
    return Promise.all(this.#workers.slots.map((slot) => slot.ask(msg, options)));
  }

  // ── what there is, and its end ─────────────────────────────────────────────────────────────────

  get stats(): PoolStats {
    const { workers, ...counts } = this.#workers.stats;
    return { workers, waiting: this.#waiting, oldest: this.oldest, ...counts };
  }

  get #waiting(): number {
    return this.queued + this.#workers.waiting;
  }

  get #isQuiet(): boolean {
    return this.#waiting === 0 && this.#workers.areQuiet;
  }

  async drain(): Promise<void> {
    if (this.#isQuiet) return;
    await this.loopRef.during(new Promise<void>((resolve) => this.#drained.push(resolve)));
  }

  #tellDrained(): void {
    if (this.#drained.length === 0 || !this.#isQuiet) return;
    for (const tell of this.#drained.splice(0)) tell();
  }

  /** No new calls; the workers end once they have settled what there is. */
  override close(): void {
    super.close();
    void this.drain().then(() => this.#endAll());
  }

  async stop(): Promise<void> {
    this.refuse(STOPPED);
    await settlesWithin(this.drain(), this.#settings.shutdown);
    await this.#endAll();
    return this.done;
  }

  kill(): void {
    void this.#endAll(0);
    this.#workers.kill();
  }

  async #endAll(patience?: number): Promise<void> {
    const first = !this.#workers.isEnding;
    this.#workers.startNoMore();
    this.#over(STOPPED);
    await this.#workers.stop(patience);
    if (!first) return;
    this.#tell({ type: 'over' });
    this.#finish.resolve();
  }

  #gaveUp(error: UmpError): void {
    const { code, message, cause } = error;
    this.#over(new Failure(code, message, { cause }));
    void this.#workers.stop().then(() => {
      this.#finish.reject(error);
    });
  }

  /** Also for what waits at one place. */
  #over(failure: Failure): void {
    this.end(failure);
    this.#workers.over(failure);
    this.#tellDrained();
  }

  #tell(event: SupervisorEvent): void {
    if (event.type === 'started') this.offer();
    try {
      this.#onEvent?.(event);
    } catch (error) {
      report(error);
    }
  }
}
