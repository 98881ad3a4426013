/** The workers of a pool: how many there are, and that they run. */
import { type Failure, later, UmpError } from '../../core/internal.js';
import { Child, type Ended } from '../supervision/child.js';
import type { ChildSpec } from '../supervision/child-spec.js';
import { performance } from '../clock.js';
import { Histogram } from './histogram.js';
import type { PoolStats, WorkerStats } from './pool-types.js';
import type { Settings } from './pool-settings.js';
import { pause } from '../supervision/restart-policy.js';
import { Slot } from './slot.js';
import type { SupervisorEvent } from '../supervision/supervise.js';

/** Whose workers they are. */
interface Owner {
  tell(event: SupervisorEvent): void;
  /** Does the user listen to that? */
  readonly hears: boolean;
  /** One of them may have room again. */
  free(): void;
  /** They have ended too often, and none is started any more. */
  gaveUp(error: UmpError): void;
}

export class Workers {
  readonly #start: ChildSpec['start'];
  readonly #settings: Settings;
  readonly #owner: Owner;
  #slots: Slot[] = [];
  /** Have no place any more, and will have ended then. */
  readonly #leaving = new Map<Child, Promise<void>>();
  #lastNumber = 0;
  readonly #latency = new Histogram();
  /** Of workers that are no more. */
  readonly #before = { processed: 0, failed: 0 };
  #isEnding = false;
  #watchesIdle = false;

  constructor(start: ChildSpec['start'], settings: Settings, owner: Owner) {
    this.#start = start;
    this.#settings = settings;
    this.#owner = owner;
  }

  get slots(): readonly Slot[] {
    return this.#slots;
  }

  // ── how many there are ─────────────────────────────────────────────────────────────────────────

  /** As many as there are always. */
  begin(): void {
    for (let n = 0; n < this.#settings.min; n++) this.#grow();
  }

  /** A call must wait. */
  growIfTheyMay(): void {
    const all = this.#slots;
    // One that is being started will be free soon.
    if (all.length < this.#settings.max && all.every(({ isUp }) => isUp)) this.#grow();
  }

  #grow(): void {
    if (this.#isEnding) return;
    const { shutdown, onDropped } = this.#settings;
    const spec: ChildSpec = { start: this.#start, shutdown };
    const name = `worker ${String(++this.#lastNumber)}`;
    const tell = (event: SupervisorEvent): void => {
      this.#owner.tell(event);
    };
    const onEnd = (ended: Ended): void => void this.#ended(ended);
    const child = new Child(name, spec, tell, onEnd, () => this.#owner.hears, onDropped);
    this.#slots.push(
      new Slot(child, this.#settings, this.#latency, () => {
        this.#owner.free();
      }),
    );
    void child.start();
    this.#watchIdle();
  }

  /** As long as there are more than there are to be at least. */
  #watchIdle(): void {
    const { idle, min } = this.#settings;
    if (this.#watchesIdle || this.#isEnding || this.#slots.length <= min) return;
    this.#watchesIdle = true;
    later(idle, () => {
      this.#watchesIdle = false;
      if (this.#isEnding) return;
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

  // ── that they run, and their end ───────────────────────────────────────────────────────────────

  async #ended({ child, error, isReplacement }: Ended): Promise<void> {
    if (this.#isEnding) return;
    const wait = isReplacement ? 0 : this.#settings.restarts.next();
    if (wait === undefined) {
      this.#giveUp(child, error);
      return;
    }
    this.#owner.tell({ type: 'restarting', child: child.name, after: wait, with: [] });
    await pause(wait);
    await this.#startUnlessEnding(child);
  }

  async #startUnlessEnding(child: Child): Promise<void> {
    if (!this.#isEnding) await child.start();
  }

  #giveUp(child: Child, cause: unknown): void {
    const message = `${child.name} has ended, and ${this.#settings.restarts.tooMany}`;
    const error = new UmpError('ServerDisappeared', message, { cause });
    this.#isEnding = true;
    this.#owner.tell({ type: 'gave up', child: child.name, error });
    this.#owner.gaveUp(error);
  }

  /** They are to end, or have given up: none is started any more. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  startNoMore(): void {
    this.#isEnding = true;
  }

  /** What waits at them fails. */
  over(failure: Failure): void {
    for (const { child } of this.#slots) child.requester.endFor(failure);
  }

  /** Lets them finish what they have, for so many milliseconds, or as many as the pool was told. */
  async stop(patience?: number): Promise<void> {
    const stopped = this.#slots.map(({ child }) => child.stop(patience));
    await Promise.all([...stopped, ...this.#leaving.values()]);
  }

  /** Also those that are given time to end. */
  kill(): void {
    for (const { child } of this.#slots) child.kill();
    for (const child of this.#leaving.keys()) child.kill();
  }

  // ── what they do ───────────────────────────────────────────────────────────────────────────────

  get areQuiet(): boolean {
    return this.#slots.every(({ pending }) => pending === 0);
  }

  /** By a key calls wait at their worker. */
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
      workers.reduce((all, worker) => all + of(worker), 0);
    return {
      workers,
      pending: sum(({ pending }) => pending),
      processed: sum(({ processed }) => processed) + this.#before.processed,
      failed: sum(({ failed }) => failed) + this.#before.failed,
      latency: this.#latency.latency,
    };
  }
}
