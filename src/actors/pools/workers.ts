import { type Failure, globals, later, UmpError } from '../../core/internal.js';
import { Child, type ChildOwner, type Ended } from '../supervision/child.js';
import type { ChildSpec } from '../supervision/child-spec.js';
import { Histogram } from './histogram.js';
import type { PoolStats, WorkerStats } from './pool-types.js';
import type { PoolSettings } from './pool-settings.js';
import { pause } from '../supervision/restart-policy.js';
import { Slot } from './slot.js';
import type { SupervisorEvent } from '../supervision/supervisor-event.js';

/** What workers report to their pool. */
interface WorkersOwner {
  emit(event: SupervisorEvent): void;
  /** Whether the application listens to the events. */
  readonly isObserved: boolean;
  /** Whether the pool stops its workers: then none is started. */
  isStopping(): boolean;
  /** A worker may have become free. */
  wake(): void;
  /** There were too many restarts, the last because of this worker. */
  gaveUp(worker: string, error: UmpError): void;
}

/** The workers of a pool: their number, their restarts and their statistics. */
export class Workers {
  readonly #start: ChildSpec['start'];
  readonly #settings: PoolSettings;
  readonly #owner: WorkersOwner;
  readonly #childOwner: ChildOwner;
  #slots: Slot[] = [];
  /** Workers that were removed from the pool, with the promises of their ends. */
  readonly #leaving = new Map<Child, Promise<void>>();
  #lastNumber = 0;
  readonly #latency = new Histogram();
  /** The counts of workers that were removed from the pool. */
  readonly #past = { processed: 0, failed: 0 };
  #watchesIdle = false;

  constructor(start: ChildSpec['start'], settings: PoolSettings, owner: WorkersOwner) {
    this.#start = start;
    this.#settings = settings;
    this.#owner = owner;
    this.#childOwner = {
      emit: (event) => {
        owner.emit(event);
      },
      childEnded: (ended) => void this.#childEnded(ended),
      isObserved: () => owner.isObserved,
      onDropped: settings.onDropped,
    };
  }

  get slots(): readonly Slot[] {
    return this.#slots;
  }

  // ── their number ───────────────────────────────────────────────────────────────────────────────

  startMin(): void {
    for (let n = 0; n < this.#settings.min; n++) this.#grow();
  }

  /** Starts one more worker for a call that has to wait, unless one is already starting. */
  growIfAllowed(): void {
    const isBelowMax = this.#slots.length < this.#settings.max;
    if (isBelowMax && this.#slots.every(({ isUp }) => isUp)) this.#grow();
  }

  #grow(): void {
    if (this.#owner.isStopping()) return;
    const spec: ChildSpec = { start: this.#start, shutdown: this.#settings.shutdownMs };
    const child = new Child(`worker ${String(++this.#lastNumber)}`, spec, this.#childOwner);
    this.#slots.push(
      new Slot(child, this.#settings, this.#latency, () => {
        this.#owner.wake();
      }),
    );
    void child.start();
    this.#watchIdle();
  }

  /** Stops idle workers from time to time, while there are more than `min`. */
  #watchIdle(): void {
    const { idleMs, min } = this.#settings;
    if (this.#watchesIdle || this.#owner.isStopping() || this.#slots.length <= min) return;
    this.#watchesIdle = true;
    later(idleMs, () => {
      this.#watchesIdle = false;
      if (this.#owner.isStopping()) return;
      this.#shrinkTo(min, globals.performance.now() - idleMs);
      this.#watchIdle();
    });
  }

  /** Workers that are starting or restarting do not count towards `min`. */
  #shrinkTo(min: number, idleSince: number): void {
    let up = this.#slots.filter(({ isUp }) => isUp).length;
    for (const slot of this.#slots.toReversed()) {
      const isIdle = slot.isUp && slot.pending === 0 && slot.idleSince <= idleSince;
      if (isIdle && up-- > min) this.#remove(slot);
    }
  }

  #remove(slot: Slot): void {
    this.#slots = this.#slots.filter((each) => each !== slot);
    this.#past.processed += slot.processed;
    this.#past.failed += slot.failed;
    const { child } = slot;
    this.#leaving.set(
      child,
      child.stop().then(() => void this.#leaving.delete(child)),
    );
  }

  // ── their restarts and their end ───────────────────────────────────────────────────────────────

  async #childEnded({ child, error, isReplacement }: Ended): Promise<void> {
    if (this.#owner.isStopping()) return;
    const after = isReplacement ? 0 : this.#settings.restarts.next();
    if (after === undefined) {
      const message = `${child.name} has ended, with ${this.#settings.restarts.limit}`;
      const failure = new UmpError('ServerDisappeared', message, { cause: error });
      this.#owner.gaveUp(child.name, failure);
      return;
    }
    this.#owner.emit({ type: 'restarting', child: child.name, after, with: [] });
    await pause(after);
    await this.#startUnlessStopping(child);
  }

  async #startUnlessStopping(child: Child): Promise<void> {
    if (!this.#owner.isStopping()) await child.start();
  }

  /** Fails calls that wait at one worker. */
  endWith(failure: Failure): void {
    for (const { child } of this.#slots) child.requester.endWith(failure);
  }

  /** Stops all workers; `graceMs` replaces the `shutdown` of the pool. */
  async stop(graceMs?: number): Promise<void> {
    const stopped = this.#slots.map(({ child }) => child.stop(graceMs));
    await Promise.all([...stopped, ...this.#leaving.values()]);
  }

  /** Kills all workers, also those that are being stopped. */
  kill(): void {
    for (const { child } of this.#slots) child.kill();
    for (const child of this.#leaving.keys()) child.kill();
  }

  // ── their statistics ───────────────────────────────────────────────────────────────────────────

  get hasPendingCalls(): boolean {
    return this.#slots.some(({ pending }) => pending > 0);
  }

  /** Calls and posts that wait at one worker, because of their key or because it is down. */
  get waiting(): number {
    return this.#slots.reduce((sum, { child }) => sum + child.requester.waiting, 0);
  }

  get stats(): Omit<PoolStats, 'waiting' | 'oldest'> {
    const workers = this.#slots.map(({ isUp, pending, processed, failed, child }) => ({
      up: isUp,
      pending,
      processed,
      failed,
      restarts: child.restarts,
    }));
    const sum = (of: (worker: WorkerStats) => number): number =>
      workers.reduce((total, worker) => total + of(worker), 0);
    return {
      workers,
      pending: sum(({ pending }) => pending),
      processed: sum(({ processed }) => processed) + this.#past.processed,
      failed: sum(({ failed }) => failed) + this.#past.failed,
      latency: this.#latency.latency,
    };
  }
}
