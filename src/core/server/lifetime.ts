/**
 * How long a server goes on: while clients are here or may still come, or without any if it is told
 * to. And what follows from that: when its loop ends, when all it took is answered, and whether it
 * keeps its thread running.
 *
 * A Mailbox extends this, and does not have one, because it asks for every message.
 */
import type { MigrationSource } from './migration-source.js';
import { Failure } from '../support/failure.js';
import { createLoopRef, type LoopRef } from '../transport/driver.js';
import type { ServerConnection } from './server-connection.js';
import type { Receivers } from './receivers.js';

/** Where clients may still come from, besides those that are here. */
export interface Acceptor {
  /** None has come yet; until then the source itself counts as one. */
  readonly awaitsFirstClient: boolean;
}

export abstract class Lifetime {
  /** Goes on without clients. */
  keepAlive = false;
  /** Told once when the server ends, by close() or because its last client left. */
  onEnd: (() => void) | undefined = undefined;
  acceptor: Acceptor | undefined = undefined;
  /** Set once the server was given away. */
  migration: MigrationSource | undefined = undefined;
  /** Why nothing can be waited for any more, if the server was closed or given away. */
  closedReason: Failure | undefined = undefined;
  readonly connections = new Set<ServerConnection>();
  /** Lines that count as clients, and whoever else keeps a place for one that may still come. */
  clientCount = 0;
  readonly #loop: LoopRef = createLoopRef();
  #waitingRefs = true;
  #ended = false;
  readonly #onDrained: (() => void)[] = [];

  abstract readonly receivers: Receivers;

  /** Answers that are owed for what was taken here. */
  abstract readonly pendingReplies: number;

  /** Has everything that came been taken? */
  abstract readonly isEmpty: boolean;

  /** Counts as a client until it is released: somebody may still connect. */
  reserve(): () => void {
    this.clientCount++;
    let reserved = true;
    return () => {
      if (reserved) this.clientLeft();
      reserved = false;
    };
  }

  clientLeft(): void {
    this.clientCount--;
    this.reevaluate();
  }

  acceptorDone(): void {
    this.acceptor = undefined;
    this.migration?.finishIfDone();
  }

  /** Why there is nothing to wait for; undefined while there is. */
  get endReason(): Failure | undefined {
    if (this.closedReason !== undefined) return this.closedReason;
    const done = this.clientCount === 0 && !this.keepAlive && this.isEmpty;
    return done ? new Failure('ClientsDisappeared') : undefined;
  }

  /** Something has changed that it may be over by. */
  reevaluate(): void {
    const { endReason } = this;
    if (endReason !== undefined && this.receivers.size > 0) {
      this.notifyEnd();
      this.receivers.endAll(endReason);
    }
    this.updateRef();
    this.checkDrained();
  }

  /** The loop was told, or is about to be, that nothing more will come. */
  notifyEnd(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd?.();
  }

  /** Does waiting for messages keep this agent from exiting? */
  setWaitingRef(yes: boolean): void {
    this.#waitingRefs = yes;
    this.updateRef();
  }

  updateRef(): void {
    const waits = this.#waitingRefs && this.receivers.size > 0;
    this.#loop.setRef(waits || this.migration?.isRedirecting === true);
  }

  get drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrained.push(resolve);
      this.checkDrained();
    });
  }

  /** Tells those who wait for it that no answer is owed here any more. */
  checkDrained(): void {
    if (this.#onDrained.length === 0 || this.pendingReplies > 0 || this.endReason === undefined)
      return;
    for (const resolve of this.#onDrained.splice(0)) resolve();
  }
}
