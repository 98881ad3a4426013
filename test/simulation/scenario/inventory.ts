/** What the agents of a scenario have: clients, servers and contexts, and how they pass them on. */
import type { Agent } from '../agent.js';
import {
  Client,
  importLibrary,
  isUmpError,
  PostClient,
  ReplyContext,
  Server,
  type MessagePort,
} from '../library.js';
import type { SimulatedPort } from '../platform/ports.js';
import { Random } from '../random.js';
import type { World } from '../world.js';
import { Desk } from './desk.js';
import type { Frame } from './documents.js';
import { Ends } from './ends.js';
import { Dependencies } from './dependencies.js';
import {
  agentsOf,
  dependenciesOf,
  type AnyClient,
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
  type Call,
  type Sequence,
  type ServerRecord,
} from './ledger.js';

export type * from './handles.js';

/** Calls of the library may fail with these once something has ended. */
export const AFTER_AN_END = ['ServerDisappeared', 'ClientsDisappeared', 'Detached'];

/** Fulfils after this number of microtasks. */
export async function microtasks(count: number): Promise<void> {
  for (let passed = 0; passed < count; passed++) await Promise.resolve();
}

const simulated = (port: MessagePort): SimulatedPort => port as object as SimulatedPort;

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
  /** The pages beside the one that is there first. */
  readonly pages: { agent: Agent }[] = [];
  /** Pages in the back/forward cache. */
  readonly cached: Agent[] = [];
  /** The record of the server in each SharedWorker. */
  readonly sharedRecords = new Map<Agent, ServerRecord>();
  /** By which handovers travel between documents. */
  readonly couriers: { agent: Agent; handle: { close(): void } }[] = [];
  /** Agents that can end themselves. */
  readonly leaving: { agent: Agent; leave: () => void }[] = [];
  readonly ends = new Ends();
  /** How long a port is kept, at most, before it is taken up. */
  holdMs = 0;
  /** Clients that come now are closed. */
  isClosingClients = false;
  /** Everything is being answered, and nothing new is kept. */
  isOver = false;
  /** Reads the mailboxes, and answers. */
  readonly desk: Desk;
  readonly #seed: number;
  readonly #routes = new Map<Agent, Map<Agent, Route>>();
  /** Parcels on their way, by number: only their ports travel. */
  readonly #handovers = new Map<number, Handover>();
  #lastHandover = 0;

  constructor(world: World, seed: number) {
    this.world = world;
    this.#seed = seed;
    this.desk = new Desk(this, seed);
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
    const tainted = 'sequences' in subject ? subject.dependencies.isTainted : isTainted(subject);
    if (tainted) return true;
    if (!AFTER_AN_END.includes(error.code)) return false;
    return 'sequences' in subject ? mayHaveEnded(subject) : mayBeLost(subject);
  }

  /** The agent that runs loads the library. */
  importLibrary(): void {
    importLibrary((dropped) => {
      this.ledger.dropped(dropped);
    });
  }

  // ── clients and servers ────────────────────────────────────────────────────────────────────────

  join(agent: Agent, client: Caller['client'], sequence: Sequence): void {
    if (this.isOver || this.isClosingClients) {
      sequence.client.isClosed = true;
      client.close();
    } else this.callers.push({ agent, client, sequence });
  }

  post(client: Caller['client'], sequence: Sequence): void {
    const n = this.ledger.post(sequence);
    try {
      client.post([0, sequence.id, n]);
    } catch (error) {
      this.ledger.notPosted(sequence, n);
      throw error;
    }
  }

  request(
    client: AnyClient,
    call: Call,
    options: { signal?: AbortSignal; timeout?: number | undefined },
    isDeferred = false,
  ): void {
    const { id, sequence, n } = call;
    const message = [id, sequence.id, n] as const;
    if (!isDeferred) {
      this.ledger.watch(call, client.req(message, options));
      return;
    }
    try {
      const reply = client.reqDeferred(message);
      options.signal?.addEventListener('abort', () => {
        reply[Symbol.dispose]();
      });
      this.ledger.watch(call, reply.wait());
    } catch (error) {
      this.ledger.watch(call, Promise.reject(error));
    }
  }

  /**
   * Once ready() is fulfilled, there is room for one message, whatever else waits for room. The
   * message takes the place of ready() in the line, so it has no place in the client's sequence.
   */
  sendWhenReady({ agent, client, sequence }: Caller, isRequest: boolean, lag = 0): void {
    if (!(client instanceof Client)) return;
    const isHere = (): boolean => this.callers.some((caller) => caller.client === client);
    const send = (): void => {
      if (!isHere()) return;
      const line = this.ledger.newLine(sequence);
      if (isRequest) this.request(client, this.ledger.call(agent, line, undefined), {});
      else this.post(client, line);
    };
    client
      .ready()
      .then(() => microtasks(lag))
      .then(send)
      .catch((error: unknown) => {
        if (isHere() && !this.mayFail(error, sequence))
          this.ledger.wrong(`post() after ready() rejected with ${outcomeOf(error)}`);
      });
  }

  /** Serves until the server ends or moves. */
  host(agent: Agent, server: AnyServer, record: ServerRecord): void {
    if (this.isOver) {
      record.dependencies.isClosed = true;
      server.close();
      return;
    }
    const hosting = { agent, server, record };
    this.hosts.push(hosting);
    void this.desk.serve(hosting);
  }

  // ── ways between agents ────────────────────────────────────────────────────────────────────────

  /**
   * From now on `from` can send handovers to `to` through the endpoint, and takes up what comes.
   */
  connect(from: Agent, to: Agent, endpoint: Line): void {
    this.openRoute(from, to, (message, transfer) => {
      const { handover } = message as { handover: number };
      const { port } = this.#handovers.get(handover)!;
      dependenciesOf(this.#handovers.get(handover)!).goesUnseen(simulated(port));
      endpoint.postMessage(message, transfer);
    });
    endpoint.addEventListener('message', ({ data }) => {
      const { handover, port } = (data ?? {}) as { handover?: number; port?: MessagePort };
      // Beside the listener of the application, the library has one as long as it has use for it.
      const isSeen = endpoint.listenerCount?.('message') !== 1;
      this.arrive(from, handover ?? 0, port!, isSeen);
    });
  }

  /**
   * @param post Sends a message of the application, or throws if there is no way any more.
   * @param departures How often the page of `to` had been left when it opened the way.
   */
  openRoute(from: Agent, to: Agent, post: Line['postMessage'], departures = to.departures): void {
    const routes = this.#routes.get(from) ?? new Map<Agent, Route>();
    this.#routes.set(from, routes);
    const way = new Dependencies([from]);
    way.goesTo(to, departures);
    routes.set(to, (handover) => {
      dependenciesOf(handover).goesTo(to, departures);
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
  arrive(agent: Agent, id: number, port: MessagePort, isSeen = true): void {
    const handover = this.#handovers.get(id);
    if (handover === undefined) return;
    if (isSeen) dependenciesOf(handover).wasSeen(simulated(handover.port));
    const random = new Random(this.#seed * 71 + id);
    const isKept = this.holdMs > 0 && random.chance(0.5);
    const takeUp = (): void => {
      this.#unpack(agent, { ...handover, port });
    };
    if (isKept) agent.after(random.next() * this.holdMs, takeUp);
    else takeUp();
  }

  /** Those that have had something, or its other end, of which the loss need not be reported. */
  unawareAgents(): ReadonlySet<Agent> {
    const lost = [...this.#handovers.values()].filter(
      (handover) => dependenciesOf(handover).isUnreported,
    );
    return new Set(lost.flatMap(agentsOf));
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
        if (this.isOver) this.desk.answer(openRequest);
        else this.openRequests.push(openRequest);
      } else {
        const server = Server.from<Message, Message, string, string>(handover.port);
        this.host(agent, server, handover.record);
      }
    } catch (error) {
      if (dependenciesOf(handover).isTainted) return;
      this.ledger.wrong(`${agent.name}: taking up a ${handover.is} threw ${outcomeOf(error)}`);
    }
  }
}
