/** Ports of node:worker_threads: they emit events of Node's kind, and report their end. */
import { EventEmitter } from 'node:events';
import type { SimulatedEvent } from './emitter.js';
import { SimulatedPort } from './ports.js';

type Listener = (...args: unknown[]) => void;

export class NodePort extends SimulatedPort {
  readonly #events = new EventEmitter();
  #isRef = false;

  on(type: string, listener: Listener): this {
    // The first listener for messages starts a port, and references the event loop.
    if (type === 'message' && this.listenerCount(type) === 0) {
      this.#isRef = true;
      this.start();
    }
    this.#events.on(type, listener);
    return this;
  }

  once(type: string, listener: Listener): this {
    const once = (...args: unknown[]): void => {
      this.off(type, once);
      listener(...args);
    };
    return this.on(type, once);
  }

  off(type: string, listener: Listener): this {
    this.#events.off(type, listener);
    if (type === 'message' && this.listenerCount(type) === 0) this.#isRef = false;
    return this;
  }

  override listenerCount(type: string): number {
    return this.#events.listenerCount(type);
  }

  override emit({ type, data }: SimulatedEvent): void {
    if (type !== 'close') this.#events.emit(type, data);
    else this.#events.emit(type);
  }

  override removeAll(): void {
    this.#events.removeAllListeners();
  }

  ref(): void {
    this.#isRef = true;
  }

  unref(): void {
    this.#isRef = false;
  }

  hasRef(): boolean {
    return this.#isRef && this.isOpen;
  }
}

/** `receiveMessageOnPort()` */
export function receiveMessageOnPort(port: unknown): { message: unknown } | undefined {
  if (port instanceof NodePort) return port.receiveNow();
  throw Object.assign(new TypeError('this is not a port'), { code: 'ERR_INVALID_ARG_TYPE' });
}
