/**
 * The table of a registry: an actor in the first thread of its registry group. It keeps weak
 * clients, so that a name keeps no actor alive, and gives out strong ones.
 */
import {
  Client,
  type MessagePort,
  type PortLike,
  rejectContext,
  type ReplyContext,
  type WeakClient,
  type WorkingSignal,
} from '../../core/internal.js';
import type { Handler } from '../handlers/handler.js';
import { rejectUnknownVerb } from '../support/reject-unknown-verb.js';

/** Releases a name, unless a later registration owns it. */
export type NameTablePost = [name: string, key: number];

export type NameTableRequest =
  | [verb: 'register', name: string, actor: PortLike]
  | [verb: 'whereis' | 'when', name: string]
  | [verb: 'names'];

/** The `appError` of register(), if another actor has the name. */
export interface NameTaken {
  reason: 'name taken';
  name: string;
}

export type NameTableClient = Client<NameTablePost, NameTableRequest, unknown, NameTaken>;
type NameTableReply = ReplyContext<unknown, NameTaken>;

interface NameEntry {
  readonly key: number;
  readonly weak: WeakClient<never, never>;
}

interface NameWaiter {
  readonly name: string;
  readonly rctx: NameTableReply;
}

export class NameTable implements Handler<NameTablePost, NameTableRequest, unknown, NameTaken> {
  readonly #entries = new Map<string, NameEntry>();
  /** Requests that wait until a name is registered, by that name. */
  readonly #waiters = new Map<string, Set<NameWaiter>>();
  #lastKey = 0;

  post([name, key]: NameTablePost): void {
    const entry = this.#entries.get(name);
    if (entry?.key === key) this.#remove(name, entry);
  }

  req(msg: NameTableRequest, rctx: NameTableReply): Promise<void> | undefined {
    switch (msg[0]) {
      case 'register':
        return this.#register(msg[1], Client.from(msg[2]), rctx);
      case 'whereis':
        return this.#whereis(msg[1], rctx);
      case 'when':
        return this.#whenRegistered({ name: msg[1], rctx });
      case 'names':
        rctx.reply([...this.#entries.keys()]);
        return undefined;
      default:
        rejectUnknownVerb(rctx, (msg as unknown[])[0]);
        return undefined;
    }
  }

  async #register(name: string, client: Client<never, never>, rctx: NameTableReply): Promise<void> {
    // Once it is connected, the client knows the thread of the actor, so that the death of that
    // thread also closes the weak client.
    if (!(await isConnected(client))) {
      rejectContext(rctx, 'ServerDisappeared', 'the actor is gone');
      return;
    }
    // Several registrations may have waited for the same check, so each checks again: no await may
    // come between the last check and set().
    while (this.#entries.has(name)) {
      if (await this.#isTaken(name)) {
        client.close();
        rctx.fail({ reason: 'name taken', name });
        return;
      }
    }
    const entry = { key: ++this.#lastKey, weak: client.weak() };
    this.#entries.set(name, entry);
    client.close();
    void entry.weak.closed.then(() => {
      this.#remove(name, entry);
    });
    // A caller that gave up does not know that it owns the name.
    if (!rctx.reply(entry.key)) this.#remove(name, entry);
    const waiters = this.#waiters.get(name) ?? [];
    this.#waiters.delete(name);
    for (const waiter of waiters) void this.#whenRegistered(waiter);
  }

  /** Asks the owner whether it is alive: its death may not have been detected yet. */
  async #isTaken(name: string): Promise<boolean> {
    for (;;) {
      const entry = this.#entries.get(name);
      if (entry === undefined) return false;
      const client = await this.#clientOf(name, entry);
      client?.close();
      if (client !== undefined) return true;
    }
  }

  async #whereis(name: string, rctx: NameTableReply): Promise<void> {
    const port = await this.#portOf(name);
    if (port === undefined) rctx.reply(undefined);
    else rctx.reply(port, { transfer: [port] });
  }

  async #whenRegistered(waiter: NameWaiter): Promise<void> {
    const { name, rctx } = waiter;
    while (this.#entries.has(name)) {
      const port = await this.#portOf(name);
      if (port === undefined) continue;
      rctx.reply(port, { transfer: [port] });
      return;
    }
    this.#addWaiter(waiter);
  }

  #addWaiter(waiter: NameWaiter): void {
    const signal: WorkingSignal = waiter.rctx.signal;
    if (signal.aborted) return;
    const { name } = waiter;
    const waiters = this.#waiters.get(name) ?? new Set();
    this.#waiters.set(name, waiters.add(waiter));
    signal.addEventListener('abort', {
      handleEvent: () => {
        // The waiter may be in a newer set by now, or in none.
        const current = this.#waiters.get(name);
        if (current?.delete(waiter) === true && current.size === 0) this.#waiters.delete(name);
      },
    });
  }

  async #portOf(name: string): Promise<MessagePort | undefined> {
    const entry = this.#entries.get(name);
    const client = entry && (await this.#clientOf(name, entry));
    try {
      return client?.transfer();
    } catch {
      // The actor has just died.
      return undefined;
    }
  }

  /** Returns undefined, and releases the name, if the actor has ended or is about to. */
  async #clientOf(name: string, entry: NameEntry): Promise<Client<never, never> | undefined> {
    const client = await entry.weak.upgrade();
    if (client === undefined) this.#remove(name, entry);
    return client;
  }

  #remove(name: string, entry: NameEntry): void {
    if (this.#entries.get(name) === entry) this.#entries.delete(name);
    entry.weak.close();
  }
}

const isConnected = (client: Client<never, never>): Promise<boolean> =>
  client.connected.then(
    () => true,
    () => false,
  );
