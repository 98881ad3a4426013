/** The queue of a mailbox: messages that have arrived and were not taken yet. */
import { eachInBatches } from '../support/batches.js';
import { Condition } from '../support/condition.js';
import { Queue, type QueueNode } from '../support/queue.js';
import type { ServerConnection } from './server-connection.js';
import { REQ, type MessageFrame } from '../protocol/frames.js';

export class UnreadMessage implements QueueNode {
  before?: QueueNode | undefined;
  after?: QueueNode | undefined;
  readonly connection: ServerConnection;
  readonly frame: MessageFrame;
  /** Undefined for messages that arrived before the first call of oldest(). */
  readonly enqueuedAt: number | undefined;

  constructor(connection: ServerConnection, frame: MessageFrame, enqueuedAt: number | undefined) {
    this.connection = connection;
    this.frame = frame;
    this.enqueuedAt = enqueuedAt;
  }
}

/** Rejects a message that was removed from the queue. */
export function reject({ connection, frame }: UnreadMessage): void {
  connection.rejectMessage(frame);
  // This comes last, because it may close the connection.
  connection.onDequeued();
}

/** The requests of one connection, by their ids. */
type RequestsById = Map<number, UnreadMessage>;

export class UnreadMessages {
  readonly #queue = new Queue<UnreadMessage>();
  /**
   * Built when a request is removed for the first time, and dropped when the queue is empty: most
   * mailboxes never need it, and with it every operation takes constant time per message.
   */
  #index: Map<ServerConnection, RequestsById> | undefined;
  /** Set by the first call of oldest(): other servers do not pay for reading a clock. */
  #clock: (() => number) | undefined;
  #firstQueriedAt: number | undefined;
  #rejecting = 0;
  readonly allRejected = new Condition(() => this.#rejecting === 0);

  get size(): number {
    return this.#queue.size;
  }

  push(connection: ServerConnection, frame: MessageFrame): void {
    const message = new UnreadMessage(connection, frame, this.#clock?.());
    this.#queue.push(message);
    if (this.#index !== undefined) addToIndex(this.#index, message);
  }

  shift(): UnreadMessage | undefined {
    const message = this.#queue.shift();
    if (this.#index !== undefined && message !== undefined) this.#removeFromIndex(message);
    return message;
  }

  /** Removes one request of this connection, if it is queued. */
  removeRequest(connection: ServerConnection, id: number): UnreadMessage[] {
    const message = this.#requestsOf(connection)?.get(id);
    return message === undefined ? [] : [this.#remove(message)];
  }

  /** Removes all requests of this connection. */
  removeRequestsOf(connection: ServerConnection): UnreadMessage[] {
    const requests = this.#requestsOf(connection);
    return requests === undefined
      ? []
      : [...requests.values()].map((message) => this.#remove(message));
  }

  /** Removes all messages. */
  clear(): UnreadMessage[] {
    this.#index = undefined;
    return this.#queue.clear();
  }

  /** Rejects all messages, in batches: see `allRejected`. */
  rejectAll(): void {
    const messages = this.clear();
    this.#rejecting = messages.length;
    eachInBatches(messages, (message) => {
      reject(message);
      this.#rejecting--;
      this.allRejected.check();
    });
  }

  #requestsOf(connection: ServerConnection): RequestsById | undefined {
    if (this.#index === undefined) {
      this.#index = new Map();
      for (const message of this.#queue) addToIndex(this.#index, message);
    }
    return this.#index.get(connection);
  }

  #remove(message: UnreadMessage): UnreadMessage {
    this.#queue.remove(message);
    this.#removeFromIndex(message);
    return message;
  }

  #removeFromIndex({ connection, frame }: UnreadMessage): void {
    const requests = this.#index?.get(connection);
    if (frame[0] === REQ && requests?.delete(frame[1]) === true && requests.size === 0) {
      this.#index?.delete(connection);
    }
    if (this.#queue.size === 0) this.#index = undefined;
  }

  /**
   * How long the first message has been queued, in units of `clock`; 0 if none is queued. A message
   * that arrived before the first call counts from that call on.
   */
  oldest(clock: () => number): number {
    this.#clock ??= clock;
    const now = clock();
    this.#firstQueriedAt ??= now;
    const { first } = this.#queue;
    return first === undefined ? 0 : now - (first.enqueuedAt ?? this.#firstQueriedAt);
  }
}

function addToIndex(index: Map<ServerConnection, RequestsById>, message: UnreadMessage): void {
  const { connection, frame } = message;
  if (frame[0] !== REQ) return;
  const requests = index.get(connection);
  if (requests === undefined) index.set(connection, new Map([[frame[1], message]]));
  else requests.set(frame[1], message);
}
