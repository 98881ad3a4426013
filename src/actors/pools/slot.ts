import {
  globals,
  isUmpError,
  notifyUndelivered,
  type OnDropped,
  perThread,
  type ReqOptions,
  type Requester,
  type Result,
  type UmpError,
} from '../../core/internal.js';
import type { Child } from '../supervision/child.js';
import type { Histogram } from './histogram.js';
import { ResponseChecks } from './liveness-probe.js';
import { settlesWithin } from '../settles-within.js';
import type { Target } from '../proxies/target.js';

/** The weight of the last call in the moving average of call times. */
const MEAN_WEIGHT = 0.1;
/** The most calls that one worker has at a time, however short they are. */
const MAX_PENDING_CALLS = 256;

const now = (): number => globals.performance.now();

/** Counts the calls and posts of all pools of this thread. */
const uses = perThread(() => ({ count: 0 }));

interface SlotSettings {
  readonly prefetchMs: number;
  readonly concurrency: number;
  readonly onDropped: OnDropped | undefined;
}

/** One place in a pool, and the worker that runs there. */
export class Slot implements Target<never, never> {
  readonly child: Child;
  /** Calls that the worker may be handling or has queued. */
  pending = 0;
  processed = 0;
  failed = 0;
  /** Posts that were sent to the worker; when they are handled is not known. */
  posts = 0;
  /** Counts the calls and posts of all slots: the slot that was used longest ago has the least. */
  lastUse = 0;
  /** Since when the worker has had no calls, by performance.now(). */
  idleSince = now();
  readonly #settings: SlotSettings;
  readonly #latency: Histogram;
  readonly #onFree: () => void;
  /** The moving average of call times in milliseconds; undefined before the first call. */
  #meanMs: number | undefined = undefined;
  #lastSettledAt = 0;
  /** Calls that were given up; they count until their worker responds. */
  #unacknowledged = 0;
  /** Whether the worker's bounded mailbox is full. */
  #isFull = false;
  readonly #responseChecks = new ResponseChecks();

  constructor(child: Child, settings: SlotSettings, latency: Histogram, onFree: () => void) {
    this.child = child;
    this.#settings = settings;
    this.#latency = latency;
    this.#onFree = onFree;
  }

  get isUp(): boolean {
    return this.child.requester.current !== undefined;
  }

  get client(): Requester<never, never, unknown, unknown> {
    return this.child.requester.current ?? this.child.requester;
  }

  /**
   * Whether one more call may be sent. Calls beyond `concurrency` are queued at the worker while
   * they are estimated, from past calls, to take at most `prefetchMs`. So short calls are batched,
   * and calls longer than that are never queued behind each other.
   */
  get hasRoom(): boolean {
    const { prefetchMs, concurrency } = this.#settings;
    if (this.#unacknowledged > 0 || this.#isFull) return false;
    const queued = this.pending + 1 - concurrency;
    if (queued <= 0) return true;
    if (this.pending >= Math.max(MAX_PENDING_CALLS, concurrency)) return false;
    return (
      prefetchMs === Infinity || (this.#meanMs !== undefined && queued * this.#meanMs <= prefetchMs)
    );
  }

  onRequest(since = now()): (error?: UmpError) => void {
    const sentAt = now();
    this.pending++;
    this.lastUse = ++uses().count;
    return (error) => {
      const settledAt = now();
      this.#latency.add(settledAt - since);
      if (error === undefined) this.processed++;
      else this.failed++;
      if (isGivenUp(error)) void this.#freeOnceResponsive();
      else {
        const neverSent = isUmpError(error, 'DataClone');
        if (!neverSent) this.#updateMean(sentAt, settledAt);
        this.#free(settledAt);
      }
    };
  }

  /**
   * A call's time starts when it is sent, or when the previous call settled, whichever is later.
   */
  #updateMean(sentAt: number, settledAt: number): void {
    const ms = settledAt - Math.max(sentAt, this.#lastSettledAt);
    this.#meanMs =
      this.#meanMs === undefined ? ms : this.#meanMs + MEAN_WEIGHT * (ms - this.#meanMs);
    this.#lastSettledAt = settledAt;
  }

  /**
   * Calls that were given up stay pending until their worker responds: it may still be handling
   * them, and would queue other calls behind them.
   */
  async #freeOnceResponsive(): Promise<void> {
    this.#unacknowledged++;
    await this.#responseChecks.next(this.client);
    this.#unacknowledged--;
    this.#free(now());
  }

  #free(since: number): void {
    this.pending--;
    if (this.pending === 0) this.idleSince = since;
    this.#onFree();
  }

  onFull(): void {
    if (this.#isFull) return;
    this.#isFull = true;
    const hasRoom = (): void => {
      this.#isFull = false;
      this.#onFree();
    };
    this.client.ready().then(hasRoom, hasRoom);
  }

  onPosted(): void {
    this.posts++;
    this.lastUse = ++uses().count;
    this.idleSince = now();
  }

  /**
   * Sends a post that goes to every worker once. If the worker's mailbox is full, the post is
   * dropped; if the worker is down, it waits for the restart.
   */
  post(msg: never): void {
    try {
      this.client.post(msg);
      this.onPosted();
    } catch (error) {
      if (isUmpError(error, 'DataClone')) throw error;
      if (isUmpError(error, 'MailboxFull')) {
        notifyUndelivered(this.#settings.onDropped, [], () => ({ type: 'post', msg }));
      } else {
        this.child.requester.clearTarget();
        this.child.requester.post(msg);
      }
    }
  }

  async tryReq(msg: never, options: ReqOptions | undefined): Promise<Result<unknown, unknown>> {
    const onSettled = this.onRequest();
    const result = await this.client.tryReq(msg, options);
    onSettled(result.ok ? undefined : result.error);
    return result;
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
