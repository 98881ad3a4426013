import {
  Condition,
  isUmpError,
  type OnDropped,
  perThread,
  type Requester,
  type UmpError,
} from '../../core/internal.js';
import { now } from '../support/now.js';
import type { Child } from '../supervision/child.js';
import { BusyTime } from './busy-time.js';
import type { CallLog } from './call-log.js';
import { Prefetch, type PrefetchSettings } from './prefetch.js';
import { ResponseChecks } from './response-checks.js';
import { RestartDelays } from './restart-delays.js';
import { SlotCall } from './slot-call.js';
import { settlesWithin } from '../support/settles-within.js';
import type { CallRecord, CallTarget } from '../proxies/call-target.js';
import type { RestartOptions } from '../supervision/restart-policy.js';

/** Counts the calls and posts of all pools of this thread. */
const uses = perThread(() => ({ count: 0 }));

interface SlotSettings extends PrefetchSettings {
  readonly backoff: RestartOptions['backoff'];
  readonly onDropped: OnDropped | undefined;
}

/** What a slot reports to its pool. */
export interface SlotOwner {
  /** The worker may take another call. */
  onFree(slot: Slot): void;
  /** The worker was sent a call or a post. */
  onUsed(slot: Slot): void;
}

/**
 * The state of a slot, which is the first of these that applies:
 *
 *   empty         there is no worker, until one is needed
 *   down          the worker does not take calls: it is starting, or waits for its restart
 *   worn out      the worker is far above a limit, and its successor is being started
 *   unconfirmed   a call was given up, and the worker has not responded since
 *   full          the worker's bounded mailbox had no room, and has not become ready since
 *   busy          the worker has as many calls as it may have
 *   free          the worker takes another call
 */
type SlotState = 'empty' | 'down' | 'worn out' | 'unconfirmed' | 'full' | 'busy' | 'free';

/** The place of one worker in a pool, over all restarts of that worker. */
export class Slot implements CallTarget<never, never> {
  readonly child: Child;
  readonly delays: RestartDelays;
  readonly onDropped: OnDropped | undefined;
  /** Whether there is no worker, and none is started, until one is needed. */
  isEmpty = false;
  /** Whether a failed worker waits for its restart. */
  isPaused = false;
  /** Calls that the worker may be handling or has queued. */
  pending = 0;
  processed = 0;
  failed = 0;
  /** Posts that were sent to the worker; when they are handled is not known. */
  posts = 0;
  /** Calls and posts that were sent to the worker since it started. */
  used = 0;
  /** Counts the calls and posts of all slots: the slot that was used longest ago has the least. */
  lastUse = 0;
  /** Since when the worker has had no calls. */
  idleSince = now();
  readonly #prefetch: Prefetch;
  readonly #log: CallLog;
  readonly #owner: SlotOwner;
  /** Calls that were given up; they count until their worker responds. */
  #unconfirmed = 0;
  /** Whether the worker is far above a limit. */
  #isWornOut = false;
  /** Whether a start of its successor has failed. */
  #goesOn = false;
  /** Whether the worker's bounded mailbox is full. */
  #isFull = false;
  readonly #busyTime = new BusyTime();
  readonly #responseChecks = new ResponseChecks();
  readonly #drained = new Condition(() => this.pending === 0);

  constructor(child: Child, settings: SlotSettings, log: CallLog, owner: SlotOwner) {
    this.child = child;
    this.delays = new RestartDelays(settings.backoff);
    this.onDropped = settings.onDropped;
    this.#prefetch = new Prefetch(settings);
    this.#log = log;
    this.#owner = owner;
  }

  get isUp(): boolean {
    return this.child.requester.client !== undefined;
  }

  get client(): Requester<never, never, unknown, unknown> {
    return this.child.requester.client ?? this.child.requester;
  }

  get state(): SlotState {
    if (!this.isUp) return this.isEmpty ? 'empty' : 'down';
    if (this.#isWornOut && !this.#goesOn) return 'worn out';
    if (this.#unconfirmed > 0) return 'unconfirmed';
    if (this.#isFull) return 'full';
    return this.#prefetch.hasRoom(this.pending) ? 'free' : 'busy';
  }

  /** Whether a worker takes calls here, or will when it has fewer. */
  get isWorking(): boolean {
    return this.isUp && this.state !== 'worn out';
  }

  /** Whether calls wait for a worker, or for a successor, that is being started now. */
  get isStarting(): boolean {
    return this.isUp ? this.state === 'worn out' : !this.isPaused;
  }

  // ── the worker ─────────────────────────────────────────────────────────────────────────────────

  /** A worker takes calls here from now on. */
  onReady(): void {
    // Calls to all workers may have waited in this slot: they count as used at once.
    this.used = this.pending;
    this.#isWornOut = false;
    this.#goesOn = false;
    this.idleSince = now();
    this.#busyTime.onReady();
    this.delays.onReady();
  }

  /** No worker takes calls here any more. */
  onEnded(): void {
    this.#busyTime.onEnded();
  }

  /** The worker is far above a limit: it takes no more calls. */
  wornOut(): void {
    this.#isWornOut = true;
  }

  /** The start of a successor has failed: the worker goes on, however worn it is. */
  goOn(): void {
    this.#goesOn = true;
  }

  /** The share of its workers' time in which they had calls, from 0 to 1. */
  get utilization(): number {
    return this.#busyTime.utilization;
  }

  // ── calls ──────────────────────────────────────────────────────────────────────────────────────

  onRequest(msg: unknown, since?: number): CallRecord {
    const sentAt = now();
    if (this.pending++ === 0) this.#busyTime.onBusy(sentAt);
    this.#markUsed();
    return new SlotCall(this, since ?? sentAt, sentAt, this.#log.methods.of(msg));
  }

  #markUsed(): void {
    this.used++;
    this.lastUse = ++uses().count;
    this.#owner.onUsed(this);
  }

  /** Called by the record of the call. */
  onSettled(since: number, sentAt: number, error: UmpError | undefined): void {
    const settledAt = now();
    this.#log.add(since, sentAt, settledAt);
    if (error === undefined) this.processed++;
    else this.failed++;
    if (isGivenUp(error)) void this.#freeOnceResponsive();
    else {
      const neverSent = isUmpError(error, 'DataClone');
      if (!neverSent) this.#prefetch.onSettled(sentAt, settledAt);
      this.#free(settledAt);
    }
  }

  /** The worker has returned a call unread: it has ended. */
  onReturned(): void {
    this.#free(now());
  }

  /**
   * Calls that were given up stay pending until their worker responds: it may still be handling
   * them, and would queue other calls behind them.
   */
  async #freeOnceResponsive(): Promise<void> {
    this.#unconfirmed++;
    await this.#responseChecks.next(this.client);
    this.#unconfirmed--;
    this.#free(now());
  }

  #free(at: number): void {
    if (--this.pending === 0) {
      this.idleSince = at;
      this.#busyTime.onIdle(at);
      this.#drained.check();
    }
    this.#owner.onFree(this);
  }

  /** Fulfils when the worker has no call. */
  drained(): Promise<void> {
    return this.#drained.wait();
  }

  onFull(): void {
    if (this.#isFull) return;
    this.#isFull = true;
    const hasRoom = (): void => {
      this.#isFull = false;
      this.#owner.onFree(this);
    };
    this.client.ready().then(hasRoom, hasRoom);
  }

  onPosted(): void {
    this.posts++;
    this.idleSince = now();
    this.#markUsed();
  }

  /** A worker that blocks its event loop cannot see that a call was given up. */
  killUnlessResponsive(ms: number): void {
    const { client } = this;
    void settlesWithin(this.#responseChecks.next(client), ms).then((isResponsive) => {
      if (!isResponsive) this.child.replace(client);
    });
  }
}

/** Whether the caller gave up the call; the worker may still be handling it. */
const isGivenUp = (error: UmpError | undefined): boolean =>
  isUmpError(error, 'Aborted') || isUmpError(error, 'Timeout');
