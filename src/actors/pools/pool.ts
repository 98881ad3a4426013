/** Many workers behind one requester. */
import { UmpError } from '../../core/errors.js';
import { Failure } from '../../core/failure.js';
import type { ReqOptions } from '../../core/options.js';
import { later } from '../../core/platform.js';
import type { Result } from '../../core/requester.js';
import { Child, type Ended } from '../supervision/child.js';
import type { ChildSpec, Running } from '../supervision/child-spec.js';
import { performance } from '../clock.js';
import { Histogram } from './histogram.js';
import type { Pool, PoolOptions, PoolStats, WorkerStats } from './pool-types.js';
import { Relay } from '../relays/relay.js';
import type { Target, Waiting } from '../relays/target.js';
import { report } from '../handlers/report.js';
import { settingsOf, type Settings } from './pool-settings.js';
import { pause } from '../supervision/restarts.js';
import { Slot } from './slot.js';
import type { SupervisorEvent } from '../supervision/supervise.js';
import { Watched } from '../watched.js';
import { endsWithin } from '../within.js';

/**
 * Starts workers, and spreads calls over them.
 *
 * @param start starts one worker: `() => spawnWorker(…)`
 * @throws UmpError `NotSupported` for options that make no sense.
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
  extends Relay<never, never, unknown, unknown>
  implements Pool<never, never, unknown, unknown>
{
  readonly done: Promise<void>;
  #finish!: { resolve: () => void; reject: (error: UmpError) => void };
  readonly #start: ChildSpec['start'];
  readonly #settings: Settings;
  readonly #onEvent: ((event: SupervisorEvent) => void) | undefined;
  #slots: Slot[] = [];
  /** Have no place any more, and will have ended then. */
  readonly #leaving = new Map<Child, Promise<void>>();
  #lastNumber = 0;
  readonly #latency = new Histogram();
  /** Of workers that are no more. */
  readonly #before = { processed: 0, failed: 0 };
  #drained: (() => void)[] = [];
  #stopping = false;
  #watchesIdle = false;

  constructor(start: ChildSpec['start'], settings: Settings, { onEvent, onDropped }: PoolOptions) {
    super(settings.queue, onDropped);
    this.#start = start;
    this.#settings = settings;
    this.#onEvent = onEvent;
    const done = new Promise<void>((resolve, reject) => {
      this.#finish = { resolve, reject };
    });
    this.done = Watched.over(done);
    for (let n = 0; n < settings.min; n++) this.#grow();
  }

  // ── who takes a message ────────────────────────────────────────────────────────────────────────

  protected pick(msg: unknown): Target<never, never> | undefined {
    const target = this.#settings.router(this.#slots, msg);
    if (target === undefined) this.#growIfItMay();
    return target;
  }

  protected override offer(): void {
    super.offer();
    this.#tellDrained();
  }

  #tellDrained(): void {
    if (this.#drained.length === 0 || !this.#isQuiet) return;
    for (const tell of this.#drained.splice(0)) tell();
  }

  override leave(call: Waiting): void {
    super.leave(call);
    this.offer();
  }

  protected get isUp(): boolean {
    return this.#slots.some(({ isUp }) => isUp);
  }

  /** It is known to be dead before its supervision has heard of it. */
  protected lost(target: Target<never, never>): void {
    if (target instanceof Slot) target.child.requester.pause();
  }

  postAll(msg: never): void {
    this.mustBeUp(WorkerPool.prototype.postAll);
    for (const slot of this.#slots) slot.post(msg);
  }

  async reqAll(
    msg: never,
    options?: Omit<ReqOptions, 'transfer'>,
  ): Promise<Result<unknown, unknown>[]> {
    this.mustBeUp(WorkerPool.prototype.reqAll);
    return Promise.all(this.#slots.map((slot) => slot.ask(msg, options)));
  }

  // ── how many workers there are ─────────────────────────────────────────────────────────────────

  #growIfItMay(): void {
    const all = this.#slots;
    // One that is being started will be free soon.
    if (all.length < this.#settings.max && all.every(({ isUp }) => isUp)) this.#grow();
  }

  #grow(): void {
    if (this.#stopping) return;
    const { shutdown } = this.#settings;
    const spec: ChildSpec = { start: this.#start, shutdown };
    const name = `worker ${String(++this.#lastNumber)}`;
    const tell = this.#tell.bind(this);
    const onEnd = (ended: Ended): void => void this.#ended(ended);
    const child = new Child(name, spec, tell, onEnd, this.onDropped);
    this.#slots.push(
      new Slot(child, this.#settings, this.#latency, () => {
        this.offer();
      }),
    );
    void child.start();
    this.#watchIdle();
  }

  /** As long as there are more than there are to be at least. */
  #watchIdle(): void {
    const { idle, min } = this.#settings;
    if (this.#watchesIdle || this.#stopping || this.#slots.length <= min) return;
    this.#watchesIdle = true;
    later(idle, () => {
      this.#watchesIdle = false;
      if (this.#stopping) return;
      this.#shrinkTo(min, performance.now() - idle);
      this.#watchIdle();
    });
  }

  /** Whoever does not run yet, or again, takes nobody's place. */
  #shrinkTo(min: number, since: number): void {
    let up = this.#slots.filter(({ isUp }) => isUp).length;
    for (const slot of this.#slots.toReversed()) {
      const isIdle = slot.isUp && slot.pending === 0 && slot.idleSince <= since;
      if (isIdle && up-- > min) this.#shrink(slot);
    }
  }

  #shrink(slot: Slot): void {
    this.#slots = this.#slots.filter((each) => each !== slot);
    this.#before.processed += slot.processed;
    this.#before.failed += slot.failed;
    const { child } = slot;
    this.#leaving.set(
      child,
      child.stop().then(() => void this.#leaving.delete(child)),
    );
  }

  async #ended({ child, error, isMeant }: Ended): Promise<void> {
    if (this.#stopping) return;
    const wait = isMeant ? 0 : this.#settings.restarts.next();
    if (wait === undefined) {
      this.#giveUp(child, error);
      return;
    }
    this.#tell({ type: 'restarting', child: child.name, after: wait, with: [] });
    await pause(wait);
    await this.#startUnlessStopping(child);
  }

  async #startUnlessStopping(child: Child): Promise<void> {
    if (!this.#stopping) await child.start();
  }

  // ── what there is, and its end ─────────────────────────────────────────────────────────────────

  get stats(): PoolStats {
    const workers = this.#slots.map(({ isUp, pending, processed, failed, child }) => ({
      up: isUp,
      pending,
      processed,
      failed,
      restarts: child.restarts,
    }));
    const sum = (of: (worker: WorkerStats) => number): number =>
      workers.reduce((all, worker) => all + of(worker), 0);
    return {
      workers,
      waiting: this.#waiting,
      oldest: this.oldest,
      pending: sum(({ pending }) => pending),
      processed: sum(({ processed }) => processed) + this.#before.processed,
      failed: sum(({ failed }) => failed) + this.#before.failed,
      latency: this.#latency.latency,
    };
  }

  get #isQuiet(): boolean {
    return this.#waiting === 0 && this.#slots.every(({ pending }) => pending === 0);
  }

  /** By a key calls wait at their worker. */
  get #waiting(): number {
    return this.#slots.reduce((sum, { child }) => sum + child.requester.waiting, this.waits);
  }

  /** No new calls; the workers end once they have settled what there is. */
  override close(): void {
    super.close();
    void this.drain().then(() => this.#endAll((child) => child.stop()));
  }

  async drain(): Promise<void> {
    if (this.#isQuiet) return;
    await this.hold.during(new Promise<void>((resolve) => this.#drained.push(resolve)));
  }

  async stop(): Promise<void> {
    this.refuse(STOPPED);
    const { shutdown } = this.#settings;
    await endsWithin(this.drain(), shutdown);
    await this.#endAll((child) => child.stop());
    return this.done;
  }

  kill(): void {
    void this.#endAll((child) => child.stop(0));
    for (const child of [...this.#slots.map((slot) => slot.child), ...this.#leaving.keys()])
      child.kill();
  }

  async #endAll(end: (child: Child) => Promise<void>): Promise<void> {
    const first = !this.#stopping;
    this.#stopping = true;
    this.#over(STOPPED);
    await this.#allHaveEnded(end);
    if (!first) return;
    this.#tell({ type: 'over' });
    this.#finish.resolve();
  }

  async #allHaveEnded(end: (child: Child) => Promise<void>): Promise<void> {
    await Promise.all([...this.#slots.map(({ child }) => end(child)), ...this.#leaving.values()]);
  }

  /** Also for what waits at one place. */
  #over(failure: Failure): void {
    this.end(failure);
    for (const { child } of this.#slots) child.requester.over(failure);
    this.#tellDrained();
  }

  #giveUp(child: Child, cause: unknown): void {
    const message = `${child.name} has ended, and ${this.#settings.restarts.tooMany}`;
    const error = new UmpError('ServerDisappeared', message, { cause });
    this.#stopping = true;
    this.#tell({ type: 'gave up', child: child.name, error });
    this.#over(new Failure(error.code, message, { cause }));
    void this.#allHaveEnded((each) => each.stop()).then(() => {
      this.#finish.reject(error);
    });
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
