/** The messages of a server that nobody has taken yet. */
import { Queue } from './queue.js';
import type { ServerLine } from './server-line.js';
import type { Message } from './wire.js';

export interface UnreadMessage {
  readonly line: ServerLine;
  readonly frame: Message;
  /** When it came, if somebody wanted to know that by then. */
  readonly since: number | undefined;
}

export class Unread {
  readonly #queue = new Queue<UnreadMessage>();
  #clock: (() => number) | undefined = undefined;
  #firstLook: number | undefined = undefined;

  get size(): number {
    return this.#queue.size;
  }

  push(line: ServerLine, frame: Message): void {
    this.#queue.push({ line, frame, since: this.#clock?.() });
  }

  shift(): UnreadMessage | undefined {
    return this.#queue.shift();
  }

  remove(hit?: (message: UnreadMessage) => boolean): UnreadMessage[] {
    return this.#queue.remove(hit);
  }

  /** How long the first has waited, by this clock, since it came or since the first look; 0 if none waits. */
  oldest(clock: () => number): number {
    // To look at a clock for every message is not for those who do not want to know.
    this.#clock ??= clock;
    const now = clock();
    this.#firstLook ??= now;
    const { first } = this.#queue;
    return first === undefined ? 0 : now - (first.since ?? this.#firstLook);
  }
}
