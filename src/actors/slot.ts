import type { ReqOptions } from '../core/options.js';
import type { Requester, Result } from '../core/requester.js';
import type { Child } from './child.js';
import { performance } from './clock.js';
import type { Histogram } from './histogram.js';
import type { Target } from './target.js';
import { endsWithin } from './within.js';

/** How much the last call counts in the mean time of a call. */
const WEIGHT = 0.1;
/** At most so many calls are with one worker, however short they are. */
const MOST_AHEAD = 256;

/** One place of a pool, and the worker in it. */
export class Slot implements Target<never, never> {
  readonly child: Child;
  pending = 0;
  processed = 0;
  failed = 0;
  /** When it had nothing to do any more, by performance.now(). */
  idleSince = performance.now();
  readonly #ahead: number;
  readonly #latency: Histogram;
  readonly #onOver: (ok: boolean) => void;
  /** Mean milliseconds of a call, once there was one. */
  #mean: number | undefined = undefined;
  #lastOver = 0;

  /** `ahead`: milliseconds of work that may lie ready for the worker. */
  constructor(child: Child, ahead: number, latency: Histogram, onOver: (ok: boolean) => void) {
    this.child = child;
    this.#ahead = ahead;
    this.#latency = latency;
    this.#onOver = onOver;
  }

  get isUp(): boolean {
    return this.child.requester.current !== undefined;
  }

  get client(): Requester<never, never, unknown, unknown> {
    return this.child.requester.current ?? this.child.requester;
  }

  /**
   * What lies ready at the worker takes less than `ahead`, by how long its calls took so far: short ones come in
   * bunches, and one that takes long lies behind no other of its kind.
   */
  get hasRoom(): boolean {
    if (this.pending === 0) return true;
    if (this.#mean === undefined) return false;
    return this.pending < Math.min(1 + this.#ahead / this.#mean, MOST_AHEAD);
  }

  began(since = performance.now()): (ok: boolean) => void {
    const start = performance.now();
    this.pending++;
    return (ok) => {
      const now = performance.now();
      this.pending--;
      if (ok) this.processed++;
      else this.failed++;
      // It began when the one before it was done.
      const took = now - Math.max(start, this.#lastOver);
      this.#mean = this.#mean === undefined ? took : this.#mean + WEIGHT * (took - this.#mean);
      this.#lastOver = now;
      if (this.pending === 0) this.idleSince = now;
      this.#latency.add(now - since);
      this.#onOver(ok);
    };
  }

  async ask(msg: never, options: ReqOptions | undefined): Promise<Result<unknown, unknown>> {
    const over = this.began();
    const result = await this.client.tryReq(msg, options);
    over(result.ok);
    return result;
  }

  /** Whoever does not come back to his event loop cannot be told to give up, only be ended. */
  mustReact(within: number): void {
    const { client } = this;
    if (!canBeAsked(client)) return;
    // Only an event loop that turns takes one more client up. One that is gone is replaced anyway.
    const probe = cloneOf(client);
    if (probe === undefined) return;
    void endsWithin(probe.connected, within).then((reacts) => {
      probe.close();
      if (!reacts && this.client === client) this.child.replace();
    });
  }
}

interface Askable {
  clone(): { readonly connected: Promise<void>; close(): void };
}

const canBeAsked = (client: object): client is Askable => 'clone' in client;

function cloneOf(client: Askable): ReturnType<Askable['clone']> | undefined {
  try {
    return client.clone();
  } catch {
    return undefined;
  }
}
