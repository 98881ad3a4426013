import { Client, type Failure, type Requester, sessionOf } from '../../core/internal.js';
import { RequesterProxy } from '../proxies/requester-proxy.js';
import type { CallTarget } from '../proxies/call-target.js';

/**
 * The requester of a supervised child, valid across restarts. Calls wait while the child is down.
 * Calls that were pending when it died reject with `ServerDisappeared`, unless they are
 * `idempotent`.
 */
export class ChildProxy<P, S, R, E> extends RequesterProxy<P, S, R, E> {
  /** Undefined while the child is down. */
  #target: { readonly client: Requester<P, S, R, E> } | undefined = undefined;

  protected pick(): CallTarget<P, S, R, E> | undefined {
    return this.#target;
  }

  protected get hasTarget(): boolean {
    return this.#target !== undefined;
  }

  /** Calls and posts that wait until the child runs. */
  get waiting(): number {
    return this.queued;
  }

  protected targetLost(target: CallTarget<P, S, R, E>): void {
    if (this.#target === target) this.#target = undefined;
  }

  /** The client of the child; undefined while the child is down. */
  get client(): Requester<P, S, R, E> | undefined {
    return this.#target?.client;
  }

  /** @internal Sends calls to this client from now on. */
  setTarget(client: Requester<P, S, R, E>): void {
    const target = { client };
    this.#target = target;
    void closedOf(client).then(() => {
      this.targetLost(target);
    });
    this.wake();
  }

  /** @internal Lets calls wait until the next setTarget(). */
  clearTarget(): void {
    this.#target = undefined;
  }

  /** @internal Fails all calls from now on: the child will never run again. */
  override closeWith(failure: Failure): void {
    this.clearTarget();
    super.closeWith(failure);
  }
}

/** Does not read `client.closed`, which would mark the client's end as seen by the application. */
const closedOf = <P, S, R, E>(client: Requester<P, S, R, E>): Promise<unknown> =>
  client instanceof Client ? sessionOf(client).state.closed : client.closed;
