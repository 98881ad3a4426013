/**
 * The request of this thread for the registry of its parent. The parent asks in advance to be
 * informed when this thread needs the registry, and posts a port to it then.
 *
 *   unused ──send()──► sent ──the parent posted a port, or that there is none──► settled
 *      └──close()────────┴──close(): rejects───────────────────────────────────► closed
 *
 * send() in `closed` rejects.
 */
import { Client, Deferred, dispose, type ReplyContext, UmpError } from '../../core/internal.js';
import type { NameTableClient } from '../registry/name-table.js';
import type { ControlPost } from './control.js';

export class RegistryRequest {
  readonly #registry = new Deferred<NameTableClient>();
  #state: 'unused' | 'sent' | 'settled' | 'closed' = 'unused';
  /** The parent's request, which is answered once this thread needs the registry. */
  #demand: ReplyContext<unknown> | undefined = undefined;

  /** Whether this thread waits for the parent. */
  get isPending(): boolean {
    return this.#state === 'sent';
  }

  /** Rejects with `ServerDisappeared` if the registry, or the thread's actor, is gone. */
  send(): Promise<NameTableClient> {
    if (this.#state === 'closed') this.#reject();
    else {
      this.#state = 'sent';
      this.#demand?.reply(undefined);
    }
    return this.#registry.promise;
  }

  /** The parent has asked when the registry is needed. */
  setDemand(rctx: ReplyContext<unknown>): void {
    this.#demand = rctx;
    if (this.#state === 'sent') rctx.reply(undefined);
  }

  /** The parent has posted a port, or undefined if the registry is gone. */
  settle(port: ControlPost): void {
    if (this.#state !== 'sent') return;
    this.#state = 'settled';
    if (port === undefined) this.#reject();
    else this.#registry.resolve(Client.from(port));
  }

  close(): void {
    if (this.#state === 'sent') this.#reject();
    this.#state = 'closed';
    this.#demand?.[dispose]();
  }

  #reject(): void {
    this.#registry.reject(
      new UmpError('ServerDisappeared', 'the first thread of the registry group is gone'),
    );
  }
}
