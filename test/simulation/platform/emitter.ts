/** The part of EventTarget that the library uses. */
import { running } from '../agent.js';

export interface SimulatedEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly ports?: readonly unknown[] | undefined;
  readonly origin?: string;
  readonly source?: unknown;
  readonly persisted?: boolean;
  readonly message?: string;
  readonly error?: unknown;
}

type Listener = (event: SimulatedEvent & { stopImmediatePropagation(): void }) => void;

export class Emitter {
  readonly #listeners = new Map<string, Set<Listener>>();

  addEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  listenerCount(type: string): number {
    return this.#listeners.get(type)?.size ?? 0;
  }

  /** An error in a listener is reported, and does not keep the others from being called. */
  emit(event: SimulatedEvent): void {
    const state = { isStopped: false };
    const stopImmediatePropagation = (): void => {
      state.isStopped = true;
    };
    for (const listener of [...(this.#listeners.get(event.type) ?? [])]) {
      if (state.isStopped) return;
      try {
        listener({ ...event, stopImmediatePropagation });
      } catch (error) {
        running.agent?.uncaught(error);
      }
    }
  }

  removeAll(): void {
    this.#listeners.clear();
  }
}
