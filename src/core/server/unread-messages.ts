/** The messages of a server that nobody has taken yet. */
import { Queue, type QueueNode } from '../support/queue.js';
import type { ServerConnection } from './server-connection.js';
import { REQ, type MessageFrame } from '../protocol/frames.js';

export class UnreadMessage implements QueueNode {
  before?: QueueNode | undefined = undefined;
  after?: QueueNode | undefined = undefined;
  readonly connection: ServerConnection;
  readonly frame: MessageFrame;
  /** When it came, if somebody wanted to know that by then. */
  readonly enqueuedAt: number | undefined;

  constructor(connection: ServerConnection, frame: MessageFrame, since: number | undefined) {
    this.connection = connection;
    this.frame = frame;
    this.enqueuedAt = since;
  }
}

/** The requests of one line, by their ids. */
type Requests = Map<number, UnreadMessage>;

export class UnreadMessages {
  readonly #queue = new Queue<UnreadMessage>();
  /**
   * Made when a request is looked for the first time, and kept until nothing waits any more: most
   * mailboxes never need it, and over all the messages that come in it costs the same for each.
   */
  #index: Map<ServerConnection, Requests> | undefined = undefined;
  #clock: (() => number) | undefined = undefined;
  #firstLook: number | undefined = undefined;

  get size(): number {
    return this.#queue.size;
  }

  push(connection: ServerConnection, frame: MessageFrame): void {
    const message = new UnreadMessage(connection, frame, this.#clock?.());
    this.#queue.push(message);
    if (this.#index !== undefined) enter(this.#index, message);
  }

  shift(): UnreadMessage | undefined {
    const message = this.#queue.shift();
    if (this.#index !== undefined && message !== undefined) this.#left(message);
    return message;
  }

  /** Takes out one request of this line, if it is there. */
  removeRequest(connection: ServerConnection, id: number): UnreadMessage[] {
    const message = this.#requestsOf(connection)?.get(id);
    return message === undefined ? [] : [this.#remove(message)];
  }

  /** Takes out all requests of this line. */
  removeRequestsOf(connection: ServerConnection): UnreadMessage[] {
    const requests = this.#requestsOf(connection);
    return requests === undefined ? [] : [...requests.values()].map((each) => this.#remove(each));
  }

  /** Takes out all. */
  clear(): UnreadMessage[] {
    this.#index = undefined;
    return this.#queue.clear();
  }

  #requestsOf(connection: ServerConnection): Requests | undefined {
    if (this.#index === undefined) {
      this.#index = new Map();
      for (const message of this.#queue) enter(this.#index, message);
    }
    return this.#index.get(connection);
  }

  #remove(message: UnreadMessage): UnreadMessage {
    this.#queue.remove(message);
    this.#left(message);
    return message;
  }

  #left({ connection, frame }: UnreadMessage): void {
    const requests = this.#index?.get(connection);
    if (frame[0] === REQ && requests?.delete(frame[1]) === true && requests.size === 0) {
      this.#index?.delete(connection);
    }
    if (this.#queue.size === 0) this.#index = undefined;
  }

  /**
   * How long the first has waited, by this clock, since it came or since the first look; 0 if none
   * waits.
   */
  oldest(clock: () => number): number {
    // To look at a clock for every message is not for those who do not want to know.
    this.#clock ??= clock;
    const now = clock();
    this.#firstLook ??= now;
    const { first } = this.#queue;
    return first === undefined ? 0 : now - (first.enqueuedAt ?? this.#firstLook);
  }
}

function enter(index: Map<ServerConnection, Requests>, message: UnreadMessage): void {
  const { connection, frame } = message;
  if (frame[0] !== REQ) return;
  const requests = index.get(connection);
  if (requests === undefined) index.set(connection, new Map([[frame[1], message]]));
  else requests.set(frame[1], message);
}
