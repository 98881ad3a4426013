/**
 * How long a server goes on: while clients are here or may still come, or without any if it is told
 * to. And what follows from that: when its loop ends, when all it took is answered, and whether it
 * keeps its thread running.
 *
 * A Mailbox extends this, and does not have one, because it asks for every message.
 */
import type { Departure } from './departure.js';
import { Failure } from './failure.js';
import { loopHold, type KeepAlive } from './link.js';
import type { ServerLine } from './server-line.js';
import type { Waiters } from './waiters.js';

/** Where clients may still come from, besides those that are here. */
export interface Source {
  /** None has come yet; until then the source itself counts as one. */
  readonly expectsFirst: boolean;
}

export abstract class Lifetime {
  /** Goes on without clients. */
  keepAlive = false;
  /** Told once when the server ends, by close() or because its last client left. */
  onEnd: (() => void) | undefined = undefined;
  source: Source | undefined = undefined;
  /** Set once the server was given away. */
  departure: Departure | undefined = undefined;
  /** Why nothing can be waited for any more, if the server was closed or given away. */
  stopped: Failure | undefined = undefined;
  readonly lines = new Set<ServerLine>();
  /** Lines that count as clients, and whoever else keeps a place for one that may still come. */
  clients = 0;
  readonly #loop: KeepAlive = loopHold();
  #waitingHolds = true;
  #ended = false;
  readonly #onDrained: (() => void)[] = [];

  abstract readonly waiters: Waiters;

  /** Answers that are owed for what was taken here. */
  abstract readonly owed: number;

  /** Has everything that came been taken? */
  abstract readonly isEmpty: boolean;

  /** Counts as a client until it is released: somebody may still connect. */
  reserve(): () => void {
    this.clients++;
    let reserved = true;
    return () => {
      if (reserved) this.clientLeft();
      reserved = false;
    };
  }

  clientLeft(): void {
    this.clients--;
    this.update();
  }

  sourceDone(): void {
    this.source = undefined;
    this.departure?.finishIfDone();
  }

  /** Why there is nothing to wait for; undefined while there is. */
  get over(): Failure | undefined {
    if (this.stopped !== undefined) return this.stopped;
    const done = this.clients === 0 && !this.keepAlive && this.isEmpty;
    return done ? new Failure('ClientsDisappeared') : undefined;
  }

  /** Something has changed that it may be over by. */
  update(): void {
    const { over } = this;
    if (over !== undefined && this.waiters.size > 0) {
      this.ended();
      this.waiters.end(over);
    }
    this.updateHold();
    this.checkDrained();
  }

  /** The loop was told, or is about to be, that nothing more will come. */
  ended(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd?.();
  }

  /** Does waiting for messages keep this agent from exiting? */
  holds(yes: boolean): void {
    this.#waitingHolds = yes;
    this.updateHold();
  }

  updateHold(): void {
    const waits = this.#waitingHolds && this.waiters.size > 0;
    this.#loop.hold(waits || this.departure?.busy === true);
  }

  get drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrained.push(resolve);
      this.checkDrained();
    });
  }

  /** Tells those who wait for it that no answer is owed here any more. */
  checkDrained(): void {
    if (this.#onDrained.length === 0 || this.owed > 0 || this.over === undefined) return;
    for (const resolve of this.#onDrained.splice(0)) resolve();
  }
}
