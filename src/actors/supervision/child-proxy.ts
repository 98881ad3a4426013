import { Client, type Failure, type Requester, sessionOf } from '../../core/internal.js';
import { RequesterProxy } from '../proxies/requester-proxy.js';
import type { Target } from '../proxies/target.js';

/**
 * Stands for a child of a supervisor: valid across restarts. Calls that come while it is down wait
 * until it is up. What was pending when it died rejects with `ServerDisappeared`, unless it was
 * sent with `idempotent`.
 */
export class ChildProxy<P, S, R, E> extends RequesterProxy<P, S, R, E> {
  #up: { readonly client: Requester<P, S, R, E> } | undefined = undefined;
  isEnded = false;

  protected pick(): Target<P, S, R, E> | undefined {
    return this.#up;
  }

  protected get isUp(): boolean {
    return this.#up !== undefined;
  }

  /** Calls and posts that wait until it runs. */
  get waiting(): number {
    return this.queued;
  }

  protected lost(target: Target<P, S, R, E>): void {
    if (this.#up === target) this.#up = undefined;
  }

  /** Whoever runs now. */
  get current(): Requester<P, S, R, E> | undefined {
    return this.#up?.client;
  }

  /** @internal It runs. */
  setTarget(client: Requester<P, S, R, E>): void {
    const target = { client };
    this.#up = target;
    void closedOf(client).then(() => {
      this.lost(target);
    });
    this.offer();
  }

  /** @internal It does not run. */
  clearTarget(): void {
    this.#up = undefined;
  }

  /** @internal It never will again. */
  endFor(failure: Failure): void {
    this.isEnded = true;
    this.clearTarget();
    this.end(failure);
  }
}

/** Not read from the client itself: that would count as the user's looking at it. */
const closedOf = <P, S, R, E>(client: Requester<P, S, R, E>): Promise<unknown> =>
  client instanceof Client ? sessionOf(closedOf, client).state.closed : client.closed;
