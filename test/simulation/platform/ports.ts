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
  /** It was lost itself, or a message in it, with an agent. */
  hasLost = false;
  /** The page that had it went into the back/forward cache with it. */
  wasCached = false;

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

  constructor(owner: Agent | undefined, end?: End) {
    super();
    this.#end = end ?? new End(this);
    this.#end.port = this;
    this.own(owner);
  }

  /** Two ports that are connected. */
  static pair<T extends SimulatedPort>(
    this: new (owner: Agent) => T,
    first: Agent,
    second = first,
  ): [T, T] {
    const ports: [T, T] = [new this(first), new this(second)];
    SimulatedPort.#join(...ports);
    return ports;
  }

  static #join(one: SimulatedPort, other: SimulatedPort): void {
    one.#end.peer = other.#end;
    other.#end.peer = one.#end;
  }

  /** Whether anything can still come in. An engine collects a port that nothing can reach. */
  get isConnected(): boolean {
    return this.isOpen && this.#end.peer.isOpen;
  }

  /**
   * Whether it was lost itself, or a message in it, with the agent that sent it, or that passed the
   * port on.
   */
  get hasLost(): boolean {
    return this.#end.hasLost;
  }

  /** Its page goes into the back/forward cache. */
  cache(): void {
    this.#end.wasCached = true;
  }

  /** Whether its other end has been in the back/forward cache. */
  get isFromCache(): boolean {
    return this.#end.peer.wasCached;
  }

  /** Neither closed nor lost. */
  get isOpen(): boolean {
    return !this.isDetached && this.#end.isOpen;
  }

  /** It belongs to that agent from now on. */
  own(owner: Agent | undefined): void {
    this.#owner = owner;
    if (owner === undefined) return;
    if (owner.isAlive) {
      owner.ports.add(this);
      this.#noticeClose();
    } else this.lose();
  }

  get canMove(): boolean {
    if (this.isDetached) return false;
    return this.#end.isOpen || this.#owner?.platform.movesClosedPorts === true;
  }

  get isStarted(): boolean {
    return this.#queue !== undefined;
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
    const { hostile } = world;
    if (hostile !== undefined && (sender === hostile || this.#owner === hostile))
      hostile.overhear(data);
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
      if (at < 0 || carrier.leavesOrderly || !carrier.world.random.chance(probability)) return;
      this.#end.hasLost = true;
      for (const later of arriving.splice(at)) {
        if (later.sender !== message.sender || later.isClose === true) arriving.push(later);
        else {
          carrier.world.tell(`a message is lost with ${carrier.name}`);
          for (const lost of later.ports) {
            lost.#end.hasLost = true;
            lost.lose();
          }
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
    if (message.isClose === true) this.#noticeClose();
  }

  /** In Node a port that nothing reads is closed, once nothing is in it. */
  #noticeClose(): void {
    const owner = this.#owner;
    const isNext = (): boolean =>
      !this.isStarted && !this.isDetached && this.#end.arriving[0]?.isClose === true;
    if (owner?.platform.isNode !== true || !isNext()) return;
    owner.after(this.#end.arriving[0]!.due - owner.world.now, () => {
      if (isNext()) this.#deliver();
    });
  }

  /** Takes out what was posted, without waiting for its event; undefined: there is nothing. */
  receiveNow(): { message: unknown } | undefined {
    const [message] = this.#end.arriving;
    const owner = this.#owner;
    if (message === undefined || owner === undefined || !this.isOpen) return undefined;
    if (message.isClose === true) this.#deliver();
    else this.#end.arriving.shift();
    this.#reschedule();
    if (message.isClose === true) return undefined;
    for (const port of message.ports) port.own(owner);
    return { message: message.data };
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
    this.#deliverLate();
    this.#queue?.clear();
    this.#owner?.ports.delete(this);
    for (const { ports } of end.arriving.splice(0)) for (const port of ports) port.lose();
    const { port } = end.peer;
    const agent = this.#owner ?? running.agent;
    const platform = (port.#owner ?? agent)?.platform;
    if (platform?.closeEvents === true && end.peer.isOpen && agent !== undefined) {
      port.#arrive(undefined, [], agent, true);
    }
  }

  /** Some engines deliver what had arrived although the port is closed. */
  #deliverLate(): void {
    const owner = this.#owner;
    if (owner?.isAlive !== true || !owner.platform.deliversAfterClose) {
      this.removeAll();
      return;
    }
    const { arriving } = this.#end;
    const isLate = ({ due, isClose }: Message): boolean =>
      due <= owner.world.now && isClose !== true;
    const onTheirWay = this.isStarted ? arriving.findIndex((each) => !isLate(each)) : 0;
    const late = arriving.splice(0, onTheirWay < 0 ? Infinity : onTheirWay);
    const stopWatching = owner.atDeath(() => {
      for (const { ports } of late) for (const port of ports) port.lose();
    });
    owner.after(0, () => {
      stopWatching();
      for (const { data, ports } of late) {
        for (const port of ports) port.own(owner);
        this.emit({ type: 'message', data, ports });
      }
      if (owner.platform.isNode) this.emit({ type: 'close' });
      this.removeAll();
    });
  }

  /** It leaves its agent in a message of `sender`; returns what takes its place. */
  detach(sender: Agent | undefined): SimulatedPort {
    const Port = this.constructor as new (owner: undefined, end: End) => SimulatedPort;
    const next = new Port(undefined, this.#end);
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
