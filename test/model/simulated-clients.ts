/** Clients of every kind, and the actions of a random walk on them. */
import { Client, PostClient, type Server, channel, isUmpError, type WeakClient } from 'ump-ng';
import { Ledger, Request, outcomeOf, type Message } from './ledger.js';
import type { Network } from './network.js';

type AnyClient = Client<Message, Message, string, string>;

interface Caller {
  stream: number;
  sent: number;
  client: AnyClient | PostClient<Message>;
}

export interface Plan {
  capacity: number | undefined;
}

/** The clients of the simulation; its server is in simulation.ts. */
export abstract class SimulatedClients {
  readonly ledger = new Ledger();
  protected readonly network: Network;
  protected readonly callers: Caller[] = [];
  protected readonly weaks: WeakClient<Message, Message, string, string>[] = [];
  protected readonly closings: Promise<unknown>[] = [];
  protected server: Server<Message, Message, string, string>;
  protected serverOpen = true;
  /** Pending upgrades, and whether there was a strong client all the time. */
  protected readonly upgrades = new Set<{ mustSucceed: boolean }>();
  #lastStream = 0;

  constructor(network: Network, { capacity }: Plan) {
    this.network = network;
    const { server, client } = channel<Message, Message, string, string>({ capacity });
    this.server = server;
    this.join(client);
  }

  protected join(client: Caller['client'], stream = ++this.#lastStream, sent = 0): void {
    this.callers.push({ client, stream, sent });
    this.closings.push(client.closed);
  }

  #strong(): Caller[] {
    return this.callers.filter(({ client }) => client instanceof Client);
  }

  /** Runs an action that may fail because the server has closed, and for no other reason. */
  protected attempt(action: () => void, mayBeFull = false): boolean {
    try {
      action();
      return true;
    } catch (error) {
      const gone =
        isUmpError(error, 'ServerDisappeared') && (!this.serverOpen || this.ledger.broken);
      if (!gone && !(mayBeFull && isUmpError(error, 'MailboxFull'))) {
        this.ledger.wrong(`threw ${outcomeOf(error)}`);
      }
      return false;
    }
  }

  // ── callers ────────────────────────────────────────────────────────────────────────────────────

  post(pick: number): void {
    const caller = at(this.callers, pick);
    if (caller === undefined) return;
    const message = { stream: caller.stream, n: caller.sent + 1 };
    if (!this.attempt(() => caller.client.post(message), true)) return;
    caller.sent++;
    this.ledger.posted(message);
  }

  request(pick: number, deferred: boolean): void {
    const caller = at(this.#strong(), pick);
    if (caller === undefined) return;
    const client = caller.client as AnyClient;
    const request = new Request({ stream: caller.stream, n: ++caller.sent });
    const { message, abort } = request;
    if (!this.serverOpen) request.decide('ServerDisappeared');
    if (deferred) {
      const sent = this.attempt(() => {
        const reply = client.reqDeferred(message);
        abort.signal.addEventListener('abort', () => reply[Symbol.dispose]());
        request.watch(reply.wait());
      });
      if (!sent) return;
    } else request.watch(client.req(message, { signal: abort.signal }));
    this.ledger.requests.push(request);
  }

  abort(pick: number): void {
    const pending = this.ledger.requests.filter(
      ({ outcome, abort }) => outcome === undefined && !abort.signal.aborted,
    );
    const request = at(pending, pick);
    if (request === undefined) return;
    // A reply that is still in transit comes too late.
    request.expected = 'Aborted';
    request.abort.abort();
  }

  clone(pick: number): void {
    const origin = at(this.#strong(), pick);
    if (origin === undefined) return;
    this.attempt(() => {
      const copy = (origin.client as AnyClient).clone();
      this.join(copy);
      this.ledger.cloned(this.#lastStream, { stream: origin.stream, n: origin.sent });
    });
  }

  postOnly(pick: number): void {
    const origin = at(this.callers, pick);
    if (origin === undefined) return;
    this.attempt(() => {
      const { client } = origin;
      this.join(client instanceof Client ? client.postOnly() : client.clone());
      this.ledger.cloned(this.#lastStream, { stream: origin.stream, n: origin.sent });
    });
  }

  moveClient(pick: number): void {
    const caller = at(this.callers, pick);
    if (caller === undefined) return;
    const { client } = caller;
    this.attempt(() => {
      const port = client.transfer();
      caller.client = client instanceof Client ? Client.from(port) : PostClient.from(port);
      this.closings.push(caller.client.closed);
    });
  }

  closeClient(pick: number): void {
    const caller = at(this.callers, pick);
    if (caller === undefined) return;
    this.callers.splice(this.callers.indexOf(caller), 1);
    caller.client.close();
    // Post-only clients count as well.
    if (this.callers.length === 0) for (const upgrade of this.upgrades) upgrade.mustSucceed = false;
  }

  serverClient(): void {
    if (this.serverOpen) this.attempt(() => this.join(this.server.client()));
  }

  weak(pick: number): void {
    const origin = at(this.#strong(), pick);
    if (origin === undefined) return;
    this.attempt(() => {
      this.weaks.push((origin.client as AnyClient).weak());
    });
  }

  upgrade(pick: number): void {
    const weak = at(this.weaks, pick);
    if (weak === undefined) return;
    const upgrade = { mustSucceed: this.serverOpen && this.callers.length > 0 };
    this.upgrades.add(upgrade);
    void weak.upgrade().then((client) => {
      this.upgrades.delete(upgrade);
      if (client !== undefined) this.join(client);
      else if (upgrade.mustSucceed && !this.ledger.broken) this.ledger.wrong('upgrade() failed');
    });
  }
}

export const at = <T>(list: readonly T[], pick: number): T | undefined => list[pick % list.length];
