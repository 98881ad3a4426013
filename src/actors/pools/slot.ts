import {
  isUmpError,
  notifyUndelivered,
  perThread,
  type ReqOptions,
  type Requester,
  type Result,
  type UmpError,
} from '../../core/internal.js';
import type { Child } from '../supervision/child.js';
import { performance } from '../clock.js';
import type { Histogram } from './histogram.js';
import type { Settings } from './pool-settings.js';
import { LivenessProbes } from './liveness-probe.js';
import type { Target } from '../proxies/target.js';
import { settlesWithin } from '../settles-within.js';

/** How much the last call counts in the mean time of a call. */
const MEAN_WEIGHT = 0.1;
/** At most so many calls are with one worker, however short they are. */
const MAX_QUEUED_CALLS = 256;

const uses = perThread(() => ({ last: 0 }));

/** One place of a pool, and the worker in it. */
export class Slot implements Target<never, never> {
  readonly child: Child;
  /** Calls that it may be busy with. */
  pending = 0;
  processed = 0;
  failed = 0;
  /** Posts that were sent to it. When they are dealt with nobody knows. */
  posts = 0;
  /** Grows with each call and post of any slot: who was used longest ago has the least. */
  used = 0;
  /** When it had nothing to do any more, by performance.now(). */
  idleSince = performance.now();
  readonly #settings: Pick<Settings, 'prefetchMs' | 'concurrency' | 'onDropped'>;
  readonly #latency: Histogram;
  readonly #onFree: () => void;
  /** Mean milliseconds of a call, once there was one. */
  #mean: number | undefined = undefined;
  #lastOver = 0;
  /** Calls that were given up, and it may not have heard of that yet. */
  #unacknowledged = 0;
  /** Its mailbox has a bound, and is. */
  #isFull = false;
  readonly #probes = new LivenessProbes();

  constructor(
    child: Child,
    settings: Pick<Settings, 'prefetchMs' | 'concurrency' | 'onDropped'>,
    latency: Histogram,
    onFree: () => void,
  ) {
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
   * What would lie ready at the worker, with one more, takes at most `prefetchMs`, by how long its calls
   * took so far: short ones come in bunches, and one that takes long lies behind no other of its
   * kind.
   */
  get hasRoom(): boolean {
    const { prefetchMs, concurrency } = this.#settings;
    if (this.#unacknowledged > 0 || this.#isFull) return false;
    const ready = this.pending + 1 - concurrency;
    if (ready <= 0) return true;
    if (this.pending >= Math.max(MAX_QUEUED_CALLS, concurrency)) return false;
    return (
      prefetchMs === Infinity || (this.#mean !== undefined && ready * this.#mean <= prefetchMs)
    );
  }

  onRequest(since = performance.now()): (error?: UmpError) => void {
    const start = performance.now();
    this.pending++;
    this.used = ++uses().last;
    return (error) => {
      const now = performance.now();
      this.#latency.add(now - since);
      if (error === undefined) this.processed++;
      else this.failed++;
      if (isGivenUp(error)) void this.#freeOnceResponsive();
      else {
        const neverSent = isUmpError(error, 'DataClone');
        if (!neverSent) this.#learn(now - Math.max(start, this.#lastOver), now);
        this.#free(now);
      }
    };
  }

  /** A call took so long: it began when the one before it was done. */
  #learn(took: number, now: number): void {
    this.#mean = this.#mean === undefined ? took : this.#mean + MEAN_WEIGHT * (took - this.#mean);
    this.#lastOver = now;
  }

  /** Until then it may go on computing for nobody, and what is sent to it would lie behind that. */
  async #freeOnceResponsive(): Promise<void> {
    this.#unacknowledged++;
    await this.#probes.next(this.client);
    this.#unacknowledged--;
    this.#free(performance.now());
  }

  #free(now: number): void {
    this.pending--;
    if (this.pending === 0) this.idleSince = now;
    this.#onFree();
  }

  onFull(): void {
    if (this.#isFull) return;
    this.#isFull = true;
    const again = (): void => {
      this.#isFull = false;
      this.#onFree();
    };
    this.client.ready().then(again, again);
  }

  onPosted(): void {
    this.posts++;
    this.used = ++uses().last;
    this.idleSince = performance.now();
  }

  /**
   * For a post that goes to others as well, and to each once: if there is no room it is dropped
   * here, if nobody is there it waits for the next one.
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

  async ask(msg: never, options: ReqOptions | undefined): Promise<Result<unknown, unknown>> {
    const over = this.onRequest();
    const result = await this.client.tryReq(msg, options);
    over(result.ok ? undefined : result.error);
    return result;
  }

  /** Whoever does not come back to his event loop cannot be told to give up, only be ended. */
  killUnlessResponsive(within: number): void {
    const { client } = this;
    void settlesWithin(this.#probes.next(client), within).then((reacts) => {
      if (!reacts) this.child.replace(client);
    });
  }
}

/** The caller's own doing: of the worker it says nothing. */
const isGivenUp = (error: UmpError | undefined): boolean =>
  isUmpError(error, 'Aborted') || isUmpError(error, 'Timeout');
