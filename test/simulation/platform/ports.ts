/**
 * Ports as browsers have them. Messages of one port arrive in order; between ports there is no
 * order. A port may be on its way in a message, and is lost if that message is.
 *
 *   owned ──transferred──► on its way ──delivered──► owned (by a new object)
 *     ├──close()──► closed
 *     └──its agent ends, or its message is lost──► lost
 */
import { inspect } from 'node:util';
import { running, type Agent } from '../agent.js';
import { TaskQueue } from '../task-queue.js';
import { cloneMessage } from './clone.js';
import { Emitter } from './emitter.js';

interface Message {
  readonly data: unknown;
  /** The ports in it, which no agent owns until it is delivered. */
  readonly ports: readonly SimulatedPort[];
  readonly due: number;
  readonly sender: Agent;
  /** The end of the other side; nothing comes after it. */
  readonly isClose?: boolean;
}

/** A message in a story. */
const show = (data: unknown): string =>
  inspect(data, { depth: 1, breakLength: Infinity, compact: true });

/** One end of a channel, whichever object stands for it now. */
class End {
  peer!: End;
  /** Messages that have not been delivered. */
  readonly arriving: Message[] = [];
  port: SimulatedPort;
  isOpen = true;

  constructor(port: SimulatedPort) {
    this.port = port;
  }
}

export class SimulatedPort extends Emitter {
  /** In a printed message. */
  [inspect.custom](): string {
    return 'a port';
  }

  readonly #end: End;
  /** Undefined while it is on its way. */
  #owner: Agent | undefined;
  #queue: TaskQueue | undefined;
  isDetached = false;
  /** It is a part of a Worker, and lives as long as that. */
  isImplicit = false;

  private constructor(owner: Agent | undefined, end?: End) {
    super();
    this.#end = end ?? new End(this);
    this.#end.port = this;
    this.own(owner);
  }

  /** Two ports that are connected. */
  static pair(first: Agent, second = first): [SimulatedPort, SimulatedPort] {
    const ports = [new SimulatedPort(first), new SimulatedPort(second)] as const;
    ports[0].#end.peer = ports[1].#end;
    ports[1].#end.peer = ports[0].#end;
    return [...ports];
  }

  /** Whether anything can still come in. An engine collects a port that nothing can reach. */
  get isConnected(): boolean {
    return this.isOpen && this.#end.peer.isOpen;
  }

  /** Neither closed nor lost. */
  get isOpen(): boolean {
    return !this.isDetached && this.#end.isOpen;
  }

  /** It belongs to that agent from now on. */
  own(owner: Agent | undefined): void {
    this.#owner = owner;
    if (owner === undefined) return;
    if (owner.isAlive) owner.ports.add(this);
    else this.lose();
  }

  postMessage(message: unknown, options?: readonly object[] | { transfer?: object[] }): void {
    const transfer = Array.isArray(options)
      ? (options as object[])
      : ((options as { transfer?: object[] } | undefined)?.transfer ?? []);
    const sender = running.agent ?? this.#owner;
    if (transfer.includes(this)) throw new DOMException('a port in itself', 'DataCloneError');
    const moved = cloneMessage(message, transfer, (port) => port.detach(sender));
    const ports = moved.transfer.filter((each) => each instanceof SimulatedPort);
    if (sender === undefined || !this.isOpen) {
      for (const port of ports) port.lose();
      return;
    }
    this.#end.peer.port.#arrive(moved.data, ports, sender);
  }

  #arrive(data: unknown, ports: readonly SimulatedPort[], sender: Agent, isClose = false): void {
    const end = this.#end;
    if (!end.isOpen) {
      for (const port of ports) port.lose();
      return;
    }
    const { world, platform } = sender;
    // Zeros only wait until what has arrived is delivered.
    if (data !== 0)
      world.tellMessage(
        () =>
          `${sender.name} posts to ${end.port.#owner?.name ?? 'a port on its way'}: ${show(data)}`,
      );
    const due = world.now + world.random.next() * platform.messageDelay;
    const message: Message = { data, ports, due, sender, isClose };
    end.arriving.push(message);
    if (platform.lastPostsLost > 0 && !isClose)
      this.#carry(message, sender, platform.lastPostsLost);
    this.#schedule(message);
  }

  /**
   * The message may be lost if that agent ends before it has arrived. Then what its sender posted
   * later is lost as well: no engine loses a message between others.
   */
  #carry(message: Message, carrier: Agent, probability: number): void {
    const stop = carrier.atDeath(() => {
      const { arriving, port } = this.#end;
      const at = arriving.indexOf(message);
      if (at < 0 || !carrier.world.random.chance(probability)) return;
      for (const later of arriving.splice(at)) {
        if (later.sender !== message.sender || later.isClose === true) arriving.push(later);
        else {
          carrier.world.tell(`a message is lost with ${carrier.name}`);
          for (const lost of later.ports) lost.lose();
        }
      }
      port.#reschedule();
    });
    carrier.after(carrier.platform.messageDelay, stop);
  }

  #schedule(message: Message): void {
    this.#queue?.add(message.due, () => {
      this.#deliver();
    });
  }

  #reschedule(): void {
    if (this.#queue === undefined) return;
    this.#queue.clear();
    for (const message of this.#end.arriving) this.#schedule(message);
  }

  #deliver(): void {
    const message = this.#end.arriving.shift();
    const owner = this.#owner;
    if (message === undefined || owner === undefined) return;
    if (message.isClose === true) {
      this.#end.isOpen = false;
      owner.ports.delete(this);
      this.emit({ type: 'close' });
      return;
    }
    for (const port of message.ports) port.own(owner);
    this.emit({ type: 'message', data: message.data, ports: message.ports });
  }

  /** From now on messages are delivered. */
  start(): void {
    if (this.#queue !== undefined || this.#owner === undefined || this.isDetached) return;
    this.#queue = new TaskQueue(this.#owner);
    this.#reschedule();
  }

  /** It is gone with its agent, or with the message that it was in. */
  lose(): void {
    this.close();
  }

  close(): void {
    if (!this.isOpen) return;
    const end = this.#end;
    end.isOpen = false;
    this.#queue?.clear();
    this.#owner?.ports.delete(this);
    for (const { ports } of end.arriving.splice(0)) for (const port of ports) port.lose();
    this.removeAll();
    const { port } = end.peer;
    const agent = this.#owner ?? running.agent;
    const platform = (port.#owner ?? agent)?.platform;
    if (platform?.closeEvents === true && end.peer.isOpen && agent !== undefined) {
      port.#arrive(undefined, [], agent, true);
    }
  }

  /** It leaves its agent in a message of `sender`; returns what takes its place. */
  detach(sender: Agent | undefined): SimulatedPort {
    const next = new SimulatedPort(undefined, this.#end);
    this.#queue?.clear();
    this.#queue = undefined;
    this.isDetached = true;
    this.#owner?.ports.delete(this);
    this.removeAll();
    const loss = sender?.platform.forwardLoss ?? 0;
    if (loss > 0) for (const message of next.#end.arriving) next.#carry(message, sender!, loss);
    return next;
  }
}
