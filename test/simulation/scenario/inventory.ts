/** What the agents of a scenario have: clients, servers and contexts, and how they pass them on. */
import type { Agent } from '../agent.js';
import {
  Client,
  isUmpError,
  PostClient,
  ReplyContext,
  Server,
  type MessagePort,
  type MsgType,
} from '../library.js';
import { Random } from '../random.js';
import type { World } from '../world.js';
import type { Frame } from './documents.js';
import { Fate } from './fate.js';
import {
  fateOf,
  type AnyServer,
  type Caller,
  type Handover,
  type Hosting,
  type Line,
  type Message,
  type OpenRequest,
  type Route,
  type StartedWorker,
  type Subject,
  type Weak,
} from './handles.js';
import {
  isTainted,
  Ledger,
  mayBeLost,
  mayHaveEnded,
  outcomeOf,
  type Sequence,
  type ServerRecord,
} from './ledger.js';

export type * from './handles.js';

/** Calls of the library may fail with these once something has ended. */
const AFTER_AN_END = ['ServerDisappeared', 'ClientsDisappeared', 'Detached'];

/** The share of calls that are answered as soon as they are taken. */
const ANSWERED_AT_ONCE = 0.3;

export class Inventory {
  readonly world: World;
  readonly ledger = new Ledger();
  readonly callers: Caller[] = [];
  readonly weaks: Weak[] = [];
  readonly openRequests: OpenRequest[] = [];
  readonly hosts: Hosting[] = [];
  /** Each with the agent that has started it. */
  readonly workers: { agent: Agent; worker: StartedWorker }[] = [];
  readonly frames: Frame[] = [];
  /** Those beside the one that is there first. */
  readonly pages: { agent: Agent }[] = [];
  /** Pages in the back/forward cache. */
  readonly cached: Agent[] = [];
  /** Of the server in each SharedWorker. */
  readonly sharedRecords = new Map<Agent, ServerRecord>();
  /** By which handovers travel between documents. */
  readonly couriers: { agent: Agent; handle: { close(): void } }[] = [];
  /** Agents that can end themselves. */
  readonly leaving: { agent: Agent; leave: () => void }[] = [];
  /** How long a port is kept, at most, before it is taken up. */
  holdMs = 0;
  /** Everything is being closed: nothing new is kept. */
  isOver = false;
  readonly #seed: number;
  readonly #routes = new Map<Agent, Map<Agent, Route>>();
  /** Parcels on their way, by number: only their ports travel. */
  readonly #handovers = new Map<number, Handover>();
  #lastHandover = 0;

  constructor(world: World, seed: number) {
    this.world = world;
    this.#seed = seed;
  }

  /** Runs code of an agent, which may fail if what it works with has ended. */
  in(agent: Agent, what: string, code: () => void, subject?: Subject): Promise<void> {
    this.world.tell(`${agent.name}: ${what}`);
    return agent.run(() => {
      try {
        code();
      } catch (error) {
        if (!this.mayFail(error, subject) && this.world.hostile !== agent)
          this.ledger.wrong(`${agent.name}: ${what} threw ${outcomeOf(error)}`);
      }
    });
  }

  /** Whether something may fail so that is done with this client or server. */
  mayFail(error: unknown, subject?: Subject): boolean {
    if (!isUmpError(error) || subject === undefined) return false;
    const tainted = 'sequences' in subject ? subject.fate.isTainted : isTainted(subject);
    if (tainted) return true;
    if (!AFTER_AN_END.includes(error.code)) return false;
    return 'sequences' in subject ? mayHaveEnded(subject) : mayBeLost(subject);
  }

  // ── clients and servers ────────────────────────────────────────────────────────────────────────

  join(agent: Agent, client: Caller['client'], sequence: Sequence): void {
    if (this.isOver) {
      sequence.client.isClosed = true;
      client.close();
    } else this.callers.push({ agent, client, sequence });
  }

  /** Serves until the server ends or moves. */
  host(agent: Agent, server: AnyServer, record: ServerRecord): void {
    if (this.isOver) {
      record.fate.isClosed = true;
      server.close();
      return;
    }
    const hosting = { agent, server, record };
    this.hosts.push(hosting);
    void this.#serve(hosting);
  }

  async #serve({ agent, server, record }: Hosting): Promise<void> {
    try {
      for (;;) {
        const message = await server.wait();
        if (this.#isForged(message)) continue;
        const [id, sequence, n] = message.msg;
        this.ledger.took(message.type, sequence, n);
        if (message.type === 'post') continue;
        this.world.tell(`${agent.name} takes call ${id}`);
        const call = this.ledger.calls[id - 1]!;
        call.context = new Fate([agent]);
        const openRequest = { agent, call, context: message.rctx };
        if (id % 2 === 0) this.readSignal(openRequest);
        if (this.isOver || this.#decisions(id).chance(ANSWERED_AT_ONCE)) this.answer(openRequest);
        else this.openRequests.push(openRequest);
      }
    } catch (error) {
      if (outcomeOf(error) === 'ClientsDisappeared') this.ledger.ranOut(record);
      // It was closed or moved.
      else if (record.fate.isTainted) return;
      else if (!isUmpError(error) || !AFTER_AN_END.includes(error.code))
        this.ledger.wrong(`wait() rejected with ${outcomeOf(error)}`);
    }
  }

  /** Answers what only a hostile agent can have sent, or may have sent again. */
  #isForged({ type, msg, rctx }: MsgType<Message, Message, string, string>): boolean {
    if (this.world.hostile === undefined) return false;
    const [id] = (Array.isArray(msg) ? msg : []) as number[];
    const call = this.ledger.calls[(id ?? 0) - 1];
    if (type === 'post') return !Array.isArray(msg);
    if (call !== undefined && (call.context === undefined || !this.ledger.isTainted(call)))
      return false;
    rctx.reply('junk');
    return true;
  }

  /** From now on its signal fires as soon as no caller waits for the answer. */
  readSignal({ context }: OpenRequest): boolean {
    return context.signal.aborted;
  }

  /** What happens to a call depends on its number only, so that a shorter story stays the same. */
  #decisions(call: number): Random {
    return new Random(this.#seed * 31 + call);
  }

  answer({ call, context }: OpenRequest): void {
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

  /**
   * From now on `from` can send handovers to `to` through the endpoint, and takes up what comes.
   */
  connect(from: Agent, to: Agent, endpoint: Line): void {
    this.openRoute(from, to, (message, transfer) => {
      endpoint.postMessage(message, transfer);
    });
    endpoint.addEventListener('message', ({ data }) => {
      const { handover, port } = (data ?? {}) as { handover?: number; port?: MessagePort };
      this.arrive(from, handover ?? 0, port!);
    });
  }

  /** @param post Sends a message of the application, or throws if there is no way any more. */
  openRoute(from: Agent, to: Agent, post: Line['postMessage']): void {
    const routes = this.#routes.get(from) ?? new Map<Agent, Route>();
    this.#routes.set(from, routes);
    const way = new Fate([from, to]);
    routes.set(to, (handover) => {
      fateOf(handover).goesTo(to);
      const id = ++this.#lastHandover;
      this.#handovers.set(id, handover);
      try {
        post({ handover: id, port: handover.port }, [handover.port]);
      } catch (error) {
        if (!way.hasEnded) this.ledger.wrong(`a handover failed: ${outcomeOf(error)}`);
        this.#unpack(from, handover);
      }
    });
  }

  /** A handover has come, or another message of the application. */
  arrive(agent: Agent, id: number, port: MessagePort): void {
    const handover = this.#handovers.get(id);
    if (handover === undefined) return;
    const random = new Random(this.#seed * 71 + id);
    const isKept = this.holdMs > 0 && random.chance(0.5);
    const takeUp = (): void => {
      this.#unpack(agent, { ...handover, port });
    };
    if (isKept) agent.after(random.next() * this.holdMs, takeUp);
    else takeUp();
  }

  /** The agents that it can send handovers to. */
  routesFrom(agent: Agent): [Agent, Route][] {
    return [...(this.#routes.get(agent) ?? [])];
  }

  #unpack(agent: Agent, handover: Handover): void {
    try {
      if (handover.is === 'client') {
        const { client, sequence } = handover.caller;
        const { port } = handover;
        const isStrong = client instanceof Client;
        const moved = isStrong
          ? Client.from<Message, Message, string, string>(port)
          : PostClient.from<Message>(port);
        this.join(agent, moved, sequence);
      } else if (handover.is === 'context') {
        const context = ReplyContext.from<string, string>(handover.port);
        const openRequest = { agent, call: handover.openRequest.call, context };
        if (this.isOver) this.answer(openRequest);
        else this.openRequests.push(openRequest);
      } else {
        const server = Server.from<Message, Message, string, string>(handover.port);
        this.host(agent, server, handover.record);
      }
    } catch (error) {
      if (fateOf(handover).isTainted) return;
      this.ledger.wrong(`${agent.name}: taking up a ${handover.is} threw ${outcomeOf(error)}`);
    }
  }
}
