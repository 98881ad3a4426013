/**
 * The requests of one client that wait for their outcome, and where each outcome will come from.
 */
import type { Carrier } from './carrier.js';
import type { Carriers } from './carriers.js';
import { Failure } from './failure.js';
import type { Fate } from './fate.js';
import type { Hold } from './hold.js';
import { checkSignal, checkTimeout, type ReqOptions } from './options.js';
import type { Outbox } from './outbox.js';
import { Pending, type PendingOwner } from './pending.js';
import type { WorkingSignal } from './platform.js';
import * as wire from './wire.js';

/** The line that they are sent by. */
interface Line {
  readonly fate: Fate;
  /** Keeps this agent from exiting while they wait. */
  readonly hold: Hold;
  readonly carriers: Carriers;
  readonly outbox: Outbox;
  /** One of them is settled. */
  finishIfDone(): void;
}

export class Requests implements PendingOwner {
  readonly line: Line;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(line: Line) {
    this.line = line;
  }

  get areSettled(): boolean {
    return this.#pending.size === 0;
  }

  // ── a new one ──────────────────────────────────────────────────────────────────────────────────

  /** Throws if nothing was sent; what happens afterwards is told by the entry's outcome. */
  send(entry: unknown, msg: unknown, options: ReqOptions | undefined, rejects = false): Pending {
    this.line.fate.mustBeUp(entry);
    const timeout = checkTimeout(entry, options?.timeout);
    const signal = options?.signal as WorkingSignal | undefined;
    checkSignal(entry, signal);
    const pending = new Pending(this.#lastId + 1, this, rejects);
    if (signal?.aborted !== true) {
      this.line.outbox.request(entry, pending, msg, options);
      this.#enter(pending);
    }
    if (signal !== undefined || timeout !== undefined) pending.watch(signal, timeout);
    return pending;
  }

  /** The outcome is a port, or anything else once no client that counts is left. */
  upgrade(): Pending | undefined {
    if (this.line.fate.down !== undefined) return undefined;
    const pending = new Pending(this.#lastId + 1, this);
    pending.home = this.line.carriers.current;
    pending.home.send([wire.UPGRADE, pending.id]);
    this.#enter(pending);
    return pending;
  }

  #enter(pending: Pending): void {
    this.#lastId = pending.id;
    this.#pending.set(pending.id, pending);
    this.line.hold.add(1);
  }

  // ── its end ────────────────────────────────────────────────────────────────────────────────────

  settle(pending: Pending, outcome: unknown): void {
    if (pending.settled) return;
    pending.settle(outcome);
    pending.held?.drop();
    // One that was aborted before it was sent never stood in the table.
    if (!this.#pending.delete(pending.id)) return;
    this.line.hold.add(-1);
    this.line.finishIfDone();
  }

  abandon(pending: Pending, failure: Failure): void {
    if (pending.settled) return;
    const { home } = pending;
    // A moved request goes on listening: it may just be handed on, and its new holder must hear of
    // it.
    if (home?.oneShot === true) {
      home.send([wire.CANCEL, 0]);
      home.hold(false);
    } else if (home !== undefined) this.line.carriers.send([wire.CANCEL, pending.id]);
    this.settle(pending, failure);
  }

  /** All that can be answered no more. */
  failLost(why: Failure): void {
    const lost = this.line.carriers.lost();
    if (lost.size === 0) return;
    for (const pending of this.#pending.values()) {
      if (pending.home !== undefined && lost.has(pending.home)) {
        this.line.fate.told = true;
        this.settle(pending, why);
      }
    }
    this.line.carriers.drop(lost);
  }

  // ── where it is answered ───────────────────────────────────────────────────────────────────────

  /**
   * The one that a frame from there is about, if it waits and that is where its answer comes from.
   */
  from(carrier: Carrier, id: number): Pending | undefined {
    const pending = carrier.oneShot ? carrier.only : this.#pending.get(id);
    if (pending?.settled !== false) return undefined;
    // Once moved, nobody but the holder has a say.
    return pending.home?.oneShot === true && pending.home !== carrier ? undefined : pending;
  }

  /** Where the answer of a request that was moved will come from, while it is waited for. */
  moved(id: number | undefined): Carrier | undefined {
    const home = id === undefined ? undefined : this.#pending.get(id)?.home;
    return home?.oneShot === true ? home : undefined;
  }

  /** These went along with a server that moved. */
  arrived(carrier: Carrier, ids: ReadonlySet<number>): void {
    for (const pending of this.#pending.values()) {
      const movable = pending.home?.oneShot !== true && ids.has(pending.id);
      if (movable && pending.home !== undefined && pending.home.order < carrier.order) {
        pending.home = carrier;
      }
    }
  }

  /** What is pending holds this agent, or not, wherever it is. */
  holdAll(yes: boolean): void {
    for (const { home } of this.#pending.values()) home?.hold(yes);
  }
}
