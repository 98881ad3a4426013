/**
 * The workers of a pool: their number, their restarts and their renewal.
 *
 * Each slot is the place of one worker. A worker that is worn (by `maxCalls`, `maxAge` or
 * `maxMemory`) is renewed: a successor is started, takes the place once it has started, and the old
 * worker leaves when its calls have settled. With a key there are always `max` slots, because the
 * slot of a message follows from its key: some may be empty.
 */
import type { Failure, UmpError } from '../../core/internal.js';
import { Child, type ChildOwner, type Ended } from '../supervision/child.js';
import type { Running, Start } from '../supervision/child-spec.js';
import { CallLog } from './call-log.js';
import { FailureLimit } from './failure-limit.js';
import { IdleCheck } from './idle-check.js';
import { isCleanExit } from '../support/clean-exits.js';
import type { PoolSettings } from './pool-settings.js';
import { LeavingSlots } from './leaving-slots.js';
import { pause } from '../supervision/restart-policy.js';
import { Renewals } from './renewals.js';
import { Slot, type SlotOwner } from './slot.js';
import { startWorker } from './start-worker.js';
import type { SupervisorEvent } from '../supervision/supervisor-event.js';
import { Waits } from '../supervision/waits.js';
import { WearCheck } from './wear-check.js';

/** What workers report to their pool. */
interface WorkersOwner {
  emit(event: SupervisorEvent): void;
  /** Whether the application listens to the events. */
  readonly isObserved: boolean;
  /** Whether the pool stops its workers: then none is started. */
  isStopping(): boolean;
  /** A worker may have become free. */
  wake(): void;
  /** The pool gives up, because this worker failed. */
  gaveUp(worker: string, error: UmpError): void;
}

export class Workers {
  readonly log = new CallLog();
  readonly #start: Start;
  readonly #settings: PoolSettings;
  readonly #owner: WorkersOwner;
  readonly #childOwner: ChildOwner;
  readonly #slotOwner: SlotOwner;
  readonly #renewals: Renewals;
  readonly #wearCheck: WearCheck;
  readonly #waits = new Waits();
  #slots: Slot[] = [];
  readonly leaving = new LeavingSlots();
  #lastNumber = 0;
  readonly #idleCheck: IdleCheck;
  readonly #failures: FailureLimit;

  constructor(start: Start, settings: PoolSettings, owner: WorkersOwner) {
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
      awaitsStarted: true,
      childReady: (child) => {
        this.#childReady(child);
      },
    };
    this.#renewals = new Renewals({
      keepsOrder: settings.keyOf !== undefined,
      backoff: settings.backoff,
      newSlot: () => this.#newSlot(),
      pause: (ms, failed) => this.#pause(ms, failed),
      needsSuccessor: (slot) => slot.isUp && this.#slots.includes(slot) && !owner.isStopping(),
      replace: (slot, successor) => {
        this.#slots = this.#slots.map((each) => (each === slot ? successor : each));
        this.#leave(slot);
      },
      goOn: (slot) => {
        slot.goOn();
        owner.wake();
      },
    });
    this.#failures = new FailureLimit(settings.restarts);
    this.#idleCheck = new IdleCheck(settings.idleMs, {
      isNeeded: () => !owner.isStopping() && this.occupied.length > settings.min,
      stopIdle: (since) => {
        this.#shrinkTo(settings.min, since);
        owner.wake();
      },
    });
    this.#wearCheck = new WearCheck(settings, (slot) => {
      this.#renewals.start(slot);
    });
    this.#slotOwner = {
      onUsed: (slot) => {
        this.#wearCheck.onUsed(slot);
      },
      onFree: (slot) => {
        this.#wearCheck.onFree(slot);
        owner.wake();
      },
    };
  }

  get slots(): readonly Slot[] {
    return this.#slots;
  }

  /** The slots with a worker, or for which one is being started. */
  get occupied(): readonly Slot[] {
    return this.#slots.filter(({ isEmpty }) => !isEmpty);
  }

  // ── their number ───────────────────────────────────────────────────────────────────────────────

  startMin(): void {
    const { min, max, keyOf } = this.#settings;
    for (let n = 0; n < (keyOf === undefined ? min : max); n++) this.#add(n >= min);
  }

  /** Starts workers for `waiting` messages, unless enough of them are starting already. */
  growFor(waiting: number): void {
    const { max, concurrency, canGrow } = this.#settings;
    const room = canGrow ? max - this.#slots.length : Number(this.#slots.length === 0);
    if (room <= 0) return;
    const starting = this.#slots.filter(({ isStarting }) => isStarting).length;
    // With unlimited concurrency one worker is enough.
    const wanted = Math.max(1, Math.ceil(waiting / concurrency)) - starting;
    for (let n = 0; n < Math.min(wanted, room); n++) this.#add();
  }

  #add(isEmpty = false): void {
    if (this.#owner.isStopping()) return;
    const slot = this.#newSlot();
    slot.isEmpty = isEmpty;
    this.#slots.push(slot);
    if (!isEmpty) void slot.child.start();
    this.#idleCheck.start();
  }

  #newSlot(): Slot {
    const { maxMemory, shutdownMs } = this.#settings;
    const start = (): Promise<Running> => startWorker(this.#start, maxMemory < Infinity);
    const name = `worker ${String(++this.#lastNumber)}`;
    const child = new Child(name, { start, shutdown: shutdownMs }, this.#childOwner);
    return new Slot(child, this.#settings, this.log, this.#slotOwner);
  }

  /** Starts a worker in an empty slot. */
  fill(slot: Slot): void {
    if (!slot.isEmpty || this.#owner.isStopping()) return;
    slot.isEmpty = false;
    this.#idleCheck.start();
    // Its last worker may still be ending.
    void slot.child.stop().then(() => this.#startUnlessStopping(slot.child));
  }

  /** Workers that are starting or restarting do not count towards `min`. */
  #shrinkTo(min: number, idleSince: number): void {
    const working = this.#slots.filter(({ isWorking }) => isWorking);
    let count = working.length;
    for (const slot of working.toReversed()) {
      if (slot.pending === 0 && slot.idleSince <= idleSince && count-- > min) this.#vacate(slot);
    }
  }

  /** The slot needs no worker any more. */
  #vacate(slot: Slot): void {
    const successor = this.#renewals.abandon(slot);
    if (successor !== undefined) this.#leave(successor);
    if (this.#settings.keyOf === undefined) {
      this.#slots = this.#slots.filter((each) => each !== slot);
      this.#leave(slot);
    } else {
      slot.isEmpty = true;
      this.#onEnded(slot);
      void slot.child.stop();
      // Messages to all workers may wait there for a restart.
      if (slot.child.requester.waiting > 0) this.fill(slot);
    }
  }

  /** The slot was removed from the pool. */
  #leave(slot: Slot): void {
    this.#onEnded(slot);
    this.leaving.add(slot);
  }

  /** No worker takes calls in this slot any more. */
  #onEnded(slot: Slot): void {
    slot.onEnded();
    this.#wearCheck.onEnded(slot);
  }

  // ── their restarts and their end ───────────────────────────────────────────────────────────────

  #childReady(child: Child): void {
    this.#failures.onStarted();
    const slot = this.#slots.find((each) => each.child === child);
    if (slot === undefined) return;
    slot.onReady();
    if (!this.#owner.isStopping()) this.#wearCheck.onReady(slot);
  }

  async #childEnded(ended: Ended): Promise<void> {
    if (this.#owner.isStopping()) return;
    const slot = this.#slots.find(({ child }) => child === ended.child);
    if (slot === undefined) {
      this.leaving.childEnded(ended.child);
      await this.#renewals.childEnded(ended.child);
      return;
    }
    this.#onEnded(slot);
    const endedByItself = ended.wasReady && (!ended.failed || isCleanExit(ended.error));
    if (this.#renewals.workerEnded(slot)) return;
    if (ended.isReplacement) await this.#restart(slot, 0, false);
    else if (endedByItself) await this.#endedByItself(slot);
    else await this.#failed(slot, ended);
  }

  /** This is no failure, unless the worker ends again and again without doing anything. */
  async #endedByItself(slot: Slot): Promise<void> {
    if (this.occupied.length > this.#settings.min) {
      this.#vacate(slot);
      this.#owner.wake();
    } else if (slot.used > 0) await this.#restart(slot, 0, false);
    else await this.#restart(slot, slot.delays.next(), true);
  }

  async #failed(slot: Slot, ended: Ended): Promise<void> {
    const after = slot.delays.next();
    const error = this.#failures.reasonToGiveUp(slot.delays.failures, ended);
    if (error === undefined) await this.#restart(slot, after, true);
    else this.#owner.gaveUp(ended.child.name, error);
  }

  async #restart(slot: Slot, after: number, failed: boolean): Promise<void> {
    this.#owner.emit({ type: 'restarting', child: slot.child.name, after, with: [] });
    slot.isPaused = after > 0;
    await this.#pause(after, failed);
    slot.isPaused = false;
    if (this.#slots.includes(slot)) await this.#startUnlessStopping(slot.child);
  }

  /** It ends when the pool stops, which its timer would otherwise keep in memory. */
  #pause(ms: number, failed: boolean): Promise<void> {
    return this.#waits.until(pause(ms, failed));
  }

  async #startUnlessStopping(child: Child): Promise<void> {
    if (!this.#owner.isStopping()) await child.start();
  }

  get #all(): Slot[] {
    return [...new Set([...this.#slots, ...this.#renewals.successors, ...this.leaving.slots])];
  }

  /** Fails calls that wait at one worker. */
  failCalls(failure: Failure): void {
    for (const { child } of this.#all) child.requester.closeWith(failure);
  }

  /** Stops all workers; `graceMs` replaces the `shutdown` of the pool. */
  async stop(graceMs?: number): Promise<void> {
    this.#waits.end();
    this.#idleCheck.stop();
    this.#wearCheck.stop();
    await Promise.all(this.#all.map(({ child }) => child.stop(graceMs)));
  }

  /** Kills all workers, also those that are being stopped. */
  kill(): void {
    for (const { child } of this.#all) child.kill();
  }
}
