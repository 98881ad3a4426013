/** What the agents of a scenario have: clients, servers and contexts, and how they pass them on. */
import type { Agent } from '../agent.js';
import {
  Client,
  isUmpError,
  PostClient,
  ReplyContext,
  Server,
  type MessagePort,
  type WeakClient,
} from '../library.js';
import type { SimulatedWorker, WorkerScope } from '../platform/workers.js';
import { Random } from '../random.js';
import type { World } from '../world.js';
import { Ledger, outcomeOf, type Call, type Stream } from './ledger.js';

export type Message = readonly [call: number, stream: number, n: number];
export type AnyClient = Client<Message, Message, string, string>;
export type AnyServer = Server<Message, Message, string, string>;

/** A client, or one that only posts; it may move to another agent. */
export interface Caller {
  readonly stream: Stream;
  readonly agent: Agent;
  readonly client: AnyClient | PostClient<Message>;
}

/** A request that was taken from a mailbox, and has no answer yet. */
export interface Held {
  readonly agent: Agent;
  readonly call: Call;
  readonly context: ReplyContext<string, string>;
}

export interface Host {
  readonly agent: Agent;
  readonly server: AnyServer;
}

/** What one agent sends to another in a message of its own. */
export type Parcel =
  | { readonly is: 'client'; readonly caller: Caller; readonly port: MessagePort }
  | { readonly is: 'context'; readonly held: Held; readonly port: MessagePort }
  | { readonly is: 'server'; readonly port: MessagePort };

export type Road = (parcel: Parcel) => void;

/** Calls of the library may fail with these once something has ended. */
const AFTER_AN_END = ['ServerDisappeared', 'ClientsDisappeared', 'MailboxFull', 'Detached'];

/** One in so many calls is answered as soon as it was taken. */
const ANSWERED_AT_ONCE = 0.3;

export class Cast {
  readonly world: World;
  readonly ledger = new Ledger();
  readonly callers: Caller[] = [];
  readonly weaks: { agent: Agent; weak: WeakClient<Message, Message, string, string> }[] = [];
  readonly held: Held[] = [];
  readonly hosts: Host[] = [];
  /** Each with the agent that has started it. */
  readonly workers: { agent: Agent; worker: SimulatedWorker }[] = [];
  /** Everything is being closed: nothing new is kept. */
  isOver = false;
  readonly #seed: number;
  readonly #roads = new Map<Agent, Map<Agent, Road>>();
  /** Parcels on their way, by number: only their ports travel. */
  readonly #parcels = new Map<number, Parcel>();
  #lastParcel = 0;

  constructor(world: World, seed: number) {
    this.world = world;
    this.#seed = seed;
  }

  /** Runs code of an agent, which may fail if something has ended. */
  in(agent: Agent, what: string, code: () => void): Promise<void> {
    this.world.tell(`${agent.name}: ${what}`);
    return agent.run(() => {
      try {
        code();
      } catch (error) {
        if (isUmpError(error) && AFTER_AN_END.includes(error.code)) return;
        this.ledger.wrong(`${agent.name}: ${what} threw ${outcomeOf(error)}`);
      }
    });
  }

  mayReject(what: string, error: unknown): void {
    const outcome = outcomeOf(error);
    if (outcome !== 'NoReply' && !AFTER_AN_END.includes(outcome)) {
      this.ledger.wrong(`${what} rejected with ${outcome}`);
    }
  }

  // ── clients and servers ────────────────────────────────────────────────────────────────────────

  join(agent: Agent, client: Caller['client'], stream = this.ledger.newStream()): void {
    if (this.isOver) client.close();
    else this.callers.push({ agent, client, stream });
  }

  /** Serves until the server ends or moves. */
  host(agent: Agent, server: AnyServer): void {
    if (this.isOver) {
      server.close();
      return;
    }
    this.hosts.push({ agent, server });
    void this.#serve(agent, server);
  }

  async #serve(agent: Agent, server: AnyServer): Promise<void> {
    try {
      for (;;) {
        const message = await server.wait();
        const [id, stream, n] = message.msg;
        this.ledger.took(message.type, stream, n);
        if (message.type === 'post') continue;
        this.world.tell(`${agent.name} takes call ${id}`);
        const held = { agent, call: this.ledger.calls[id - 1]!, context: message.rctx };
        if (this.isOver || this.#decisions(id).chance(ANSWERED_AT_ONCE)) this.answer(held);
        else this.held.push(held);
      }
    } catch (error) {
      this.mayReject('wait()', error);
    }
  }

  /** What happens to a call depends on its number only, so that a shorter story stays the same. */
  #decisions(call: number): Random {
    return new Random(this.#seed * 31 + call);
  }

  answer({ call, context }: Held): void {
    const random = this.#decisions(-call.id);
    if (call.answer !== undefined) this.ledger.wrong(`call ${call.id} has two contexts`);
    if (random.chance(0.8)) {
      call.answer = `value r${call.id}`;
      context.reply(`r${call.id}`);
    } else if (random.chance(0.5)) {
      call.answer = `App e${call.id}`;
      context.fail(`e${call.id}`);
    } else {
      call.answer = 'NoReply';
      context[Symbol.dispose]();
    }
  }

  // ── ways between agents ────────────────────────────────────────────────────────────────────────

  /** From now on `from` can send parcels to `to` through the endpoint, and takes up what comes. */
  connect(from: Agent, to: Agent, endpoint: SimulatedWorker | WorkerScope): void {
    const roads = this.#roads.get(from) ?? new Map<Agent, Road>();
    this.#roads.set(from, roads);
    roads.set(to, (parcel) => {
      const id = ++this.#lastParcel;
      this.#parcels.set(id, parcel);
      endpoint.postMessage({ parcel: id, port: parcel.port }, [parcel.port]);
    });
    endpoint.addEventListener('message', ({ data }) => {
      const { parcel: id, port } = (data ?? {}) as { parcel?: number; port?: MessagePort };
      const parcel = this.#parcels.get(id ?? 0);
      if (parcel !== undefined) this.#unpack(from, { ...parcel, port: port! });
    });
  }

  /** The agents that it can send parcels to. */
  roadsOf(agent: Agent): [Agent, Road][] {
    return [...(this.#roads.get(agent) ?? [])];
  }

  #unpack(agent: Agent, parcel: Parcel): void {
    try {
      if (parcel.is === 'client') {
        const { client, stream } = parcel.caller;
        const { port } = parcel;
        const isStrong = client instanceof Client;
        const moved = isStrong
          ? Client.from<Message, Message, string, string>(port)
          : PostClient.from<Message>(port);
        this.join(agent, moved, stream);
      } else if (parcel.is === 'context') {
        const context = ReplyContext.from<string, string>(parcel.port);
        const held = { agent, call: parcel.held.call, context };
        if (this.isOver) this.answer(held);
        else this.held.push(held);
      } else this.host(agent, Server.from<Message, Message, string, string>(parcel.port));
    } catch (error) {
      this.ledger.wrong(`${agent.name}: taking up a ${parcel.is} threw ${outcomeOf(error)}`);
    }
  }
}
