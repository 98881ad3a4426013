import { Client, lineOf } from '../../core/client.js';
import type { Failure } from '../../core/failure.js';
import type { Requester } from '../../core/requester.js';
import { Relay } from '../relays/relay.js';
import type { Target } from '../relays/target.js';

/**
 * Stands for a child of a supervisor: valid across restarts. Calls that come while it is down wait
 * until it is up. What was pending when it died rejects with `ServerDisappeared`, unless it was
 * sent with `idempotent`.
 */
export class Supervised<P, S, R, E> extends Relay<P, S, R, E> {
  #up: { readonly client: Requester<P, S, R, E> } | undefined = undefined;
  isOver = false;

  protected pick(): Target<P, S, R, E> | undefined {
    return this.#up;
  }

  protected get isUp(): boolean {
    return this.#up !== undefined;
  }

  /** Calls and posts that wait until it runs. */
  get waiting(): number {
    return this.waits;
  }

  protected lost(target: Target<P, S, R, E>): void {
    if (this.#up === target) this.#up = undefined;
  }

  /** Whoever runs now. */
  get current(): Requester<P, S, R, E> | undefined {
    return this.#up?.client;
  }

  /** @internal It runs. */
  begin(client: Requester<P, S, R, E>): void {
    const target = { client };
    this.#up = target;
    void closedOf(client).then(() => {
      this.lost(target);
    });
    this.offer();
  }

  /** @internal It does not run. */
  pause(): void {
    this.#up = undefined;
  }

  /** @internal It never will again. */
  over(failure: Failure): void {
    this.isOver = true;
    this.pause();
    this.end(failure);
  }
}

/** Not read from the client itself: that would count as the user's looking at it. */
const closedOf = <P, S, R, E>(client: Requester<P, S, R, E>): Promise<unknown> =>
  client instanceof Client ? lineOf(closedOf, client).fate.closed : client.closed;
