import type * as worker_threads from 'node:worker_threads';
import { join, leave, type Inlet } from './agent.js';
import { isDead, type Port } from './ports.js';

export interface Reader {
  /** True if it was for us. */
  receive(data: unknown): boolean;
  dead(): void;
}

/**
 * An endpoint's port while this agent blocks. Only what is ours is dealt with at once: the user's own
 * listeners are not to run in the middle of a blocking call, but before anything that comes later.
 */
export class Inbox implements Inlet {
  readonly #target: { emit(type: 'message', data: unknown): void };
  readonly #port: Port;
  readonly #receive: typeof worker_threads.receiveMessageOnPort;
  readonly #reader: Reader;

  constructor(
    target: worker_threads.Worker | Port,
    port: Port,
    receive: typeof worker_threads.receiveMessageOnPort,
    reader: Reader,
  ) {
    this.#target = target;
    this.#port = port;
    this.#receive = receive;
    this.#reader = reader;
    join(this);
  }

  pump(): number {
    for (let taken = 0; ; taken++) {
      const next = this.#receive(this.#port) as { message: unknown } | undefined;
      if (next === undefined) return taken;
      const { message } = next;
      if (!this.#reader.receive(message)) {
        process.nextTick(() => this.#target.emit('message', message));
      }
    }
  }

  probe(): void {
    if (isDead(this.#port)) this.#reader.dead();
  }

  close(): void {
    leave(this);
  }
}

/** The port behind a Worker. Undefined where Node no longer keeps it under that name. */
export function portOf(worker: worker_threads.Worker): Port | undefined {
  const key = Object.getOwnPropertySymbols(worker).find(
    ({ description }) => description === 'kPublicPort',
  );
  return key && (worker as unknown as Record<symbol, Port | undefined>)[key];
}
