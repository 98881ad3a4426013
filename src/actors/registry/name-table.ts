/**
 * The table of a family's names: an actor in the thread that began the family. It holds weak
 * clients, so that a name keeps nobody alive, and hands out real ones.
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

/** Takes a name away. */
export type NameTablePost = [name: string, key: number];

export type NameTableRequest =
  | [verb: 'register', name: string, actor: PortLike]
  | [verb: 'whereis' | 'when', name: string]
  | [verb: 'names'];

/** What register() rejects with as `appError`, where an actor has that name already. */
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
  /** By the name they wait for. */
  readonly #waiting = new Map<string, Set<NameWaiter>>();
  #lastKey = 0;

  post([name, key]: NameTablePost): void {
    const entry = this.#entries.get(name);
    if (entry?.key === key) this.#drop(name, entry);
  }

  req(msg: NameTableRequest, rctx: NameTableReply): Promise<void> | undefined {
    switch (msg[0]) {
      case 'register':
        return this.#register(msg[1], Client.from(msg[2]), rctx);
      case 'whereis':
        return this.#whereis(msg[1], rctx);
      case 'when':
        return this.#when({ name: msg[1], rctx });
      case 'names':
        rctx.reply([...this.#entries.keys()]);
        return undefined;
    }
  }

  async #register(name: string, client: Client<never, never>, rctx: NameTableReply): Promise<void> {
    // From then on it is known which thread is at the other end, and that one's death ends the weak
    // client too.
    if (!(await isConnected(client))) {
      rejectContext(rctx, 'ServerDisappeared', 'the actor is gone');
      return;
    }
    // Many may have waited for the same one, so each looks again: nothing must come between the
    // last look and set().
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
      this.#drop(name, entry);
    });
    // Whoever gave up does not know that he has it.
    if (!rctx.reply(entry.key)) this.#drop(name, entry);
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.delete(name);
    for (const each of waiting) void this.#when(each);
  }

  /**
   * One that is dead, though nobody has noticed it yet, takes no name: whether it answers tells.
   */
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

  async #when(waiting: NameWaiter): Promise<void> {
    const { name, rctx } = waiting;
    while (this.#entries.has(name)) {
      const port = await this.#portOf(name);
      if (port === undefined) continue;
      rctx.reply(port, { transfer: [port] });
      return;
    }
    this.#wait(waiting);
  }

  #wait(waiting: NameWaiter): void {
    const signal: WorkingSignal = waiting.rctx.signal;
    if (signal.aborted) return;
    const { name } = waiting;
    const all = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, all.add(waiting));
    signal.addEventListener('abort', {
      handleEvent: () => {
        // By then it may wait among others, or not at all.
        const now = this.#waiting.get(name);
        if (now?.delete(waiting) === true && now.size === 0) this.#waiting.delete(name);
      },
    });
  }

  async #portOf(name: string): Promise<MessagePort | undefined> {
    const entry = this.#entries.get(name);
    const client = entry && (await this.#clientOf(name, entry));
    try {
      return client?.transfer();
    } catch {
      // It died just now.
      return undefined;
    }
  }

  /** Undefined, and the name is free, if the actor is gone or about to be. */
  async #clientOf(name: string, entry: NameEntry): Promise<Client<never, never> | undefined> {
    const client = await entry.weak.upgrade();
    if (client === undefined) this.#drop(name, entry);
    return client;
  }

  #drop(name: string, entry: NameEntry): void {
    if (this.#entries.get(name) === entry) this.#entries.delete(name);
    entry.weak.close();
  }
}

const isConnected = (client: Client<never, never>): Promise<boolean> =>
  client.connected.then(
    () => true,
    () => false,
  );
