/** A Worker, a MessagePort or the parentPort as an endpoint. */
import type * as worker_threads from 'node:worker_threads';
import { EndpointBase, type Endpoint } from '../core/connect/endpoint.js';
import { perThread } from '../core/support/per-thread.js';
import { lastError } from './exit-reason.js';
import { addInboundPort, type UserEvents } from './inbound-ports.js';
import { completePort, inBun, inDeno, isShared, portOf, type Port } from './ports.js';
import { asText, ThreadEndpoint } from './thread-endpoint.js';
import { webWorkerEndpoint } from './web-worker.js';
import { nodeThreads, type WorkerThreads } from './worker-threads.js';

type Worker = worker_threads.Worker;

const isWorker = (target: object): target is Worker =>
  'threadId' in target && 'postMessage' in target && 'terminate' in target && 'on' in target;

const isPort = (target: object): target is Port =>
  'postMessage' in target && 'on' in target && 'unref' in target;

const endpoints = perThread(() => new WeakMap<object, Endpoint>());

/**
 * Undefined if the target is not one of Node's; without a target, the thread that started this one.
 * A target has one endpoint, however often it is connected to: a Worker warns at its eleventh
 * listener.
 */
export function nodeEndpoint(target: object = globalThis): Endpoint | undefined {
  const threads = nodeThreads();
  if (threads === undefined) return undefined;
  const peer = target === globalThis ? (threads.parentPort ?? target) : target;
  completePort(threads, peer);
  const endpoint = endpoints().get(peer) ?? createEndpoint(peer, threads);
  if (endpoint !== undefined) endpoints().set(peer, endpoint);
  return endpoint;
}

function createEndpoint(target: object, threads: WorkerThreads): Endpoint | undefined {
  if (isWorker(target)) return new WorkerEndpoint(target, threads);
  return isPort(target) ? new PortEndpoint(target) : webWorkerEndpoint(target);
}

class WorkerEndpoint extends ThreadEndpoint {
  readonly #worker: Worker;
  readonly #threads: WorkerThreads;
  #terminated = false;
  #removeInbound: (() => void) | undefined = undefined;
  #watchesEnd = false;

  constructor(worker: Worker, threads: WorkerThreads) {
    super(worker);
    this.#worker = worker;
    this.#threads = threads;
    // The `exit` event does not tell a terminated thread from one that ended by itself: the exit
    // code may be the same.
    const { terminate } = worker;
    worker.terminate = () => {
      this.#terminated = true;
      return terminate.call(worker);
    };
  }

  protected get isWatched(): boolean {
    const ours = 1;
    return this.#worker.listenerCount('error') > ours;
  }

  /** Pending requests reference the event loop through their ports, so the Worker need not. */
  unrefThread(): void {
    this.#worker.unref();
  }

  protected attach(): void {
    const worker = this.#worker;
    if (worker.threadId < 0) {
      this.peerDied('the worker had already exited');
      return;
    }
    worker.on('message', this.#onMessage);
    const port = portOf(worker, 'kPublicPort');
    if (port !== undefined) {
      this.#removeInbound = addInboundPort({
        port,
        receive: (data) => this.receive(data),
        peerLost: () => {
          this.checkDeath();
          this.#ended('the worker ended');
        },
        // The port of a thread that had not started yet closes only when this event loop turns.
        isPeerDead: () => this.#terminated,
        user: worker,
      });
    }
    if (!this.#watchesEnd) this.#watchEnd();
    this.#watchesEnd = true;
  }

  /**
   * Keeps the `error` and `exit` listeners: a later connection must learn why the worker ended, and
   * Node ends the process where an `error` has no listener.
   */
  protected detach(): void {
    this.#worker.off('message', this.#onMessage);
    this.#removeInbound?.();
  }

  readonly #onMessage = (data: unknown): void => {
    this.receive(data);
  };

  #watchEnd(): void {
    const worker = this.#worker;
    worker.on('error', (cause) => {
      this.#threw(cause);
    });
    worker.on('exit', (code) => {
      // terminate() gives 0 if the thread had not started yet, else 1.
      if (code > 1) this.peerDied(exited(code));
      else this.#ended(exited(code));
    });
  }

  protected override checkDeath(): void {
    const error = lastError(this.#worker, this.#threads);
    if (error !== undefined) this.#threw(error);
    else if (this.#terminated) this.peerDied(TERMINATED);
  }

  #threw(cause: unknown): void {
    this.peerDied(`the worker threw: ${asText(cause)}`, { cause });
  }

  #ended(how: string): void {
    this.peerDied(this.#terminated ? TERMINATED : how);
  }
}

const TERMINATED = 'the worker was terminated';
const exited = (code: number): string => `the worker exited with code ${String(code)}`;

class PortEndpoint extends EndpointBase {
  readonly #port: Port;
  #removeInbound: (() => void) | undefined = undefined;
  #wasUnshared = false;

  constructor(port: Port) {
    super(port);
    this.#port = port;
  }

  protected attach(): void {
    const port = this.#port;
    const unshared = (this.#wasUnshared = !isShared(port));
    port.on('message', this.#onMessage);
    port.on('message', this.#afterMessage);
    port.on('close', this.#lost);
    // A live port references the event loop once it has a listener. A port that was closed before
    // does not, and emits no `close`.
    if (unshared && !inDeno && !inBun && port.hasRef?.() === false) setImmediate(this.#lost);
    if (unshared) port.unref();
    const receive = (data: unknown): boolean => this.receive(data);
    this.#removeInbound = addInboundPort({
      port,
      receive,
      peerLost: this.#lost,
      user: asEmitter(port),
    });
    sharedPorts().add(port);
  }

  protected detach(): void {
    const port = this.#port;
    this.#removeInbound?.();
    sharedPorts().delete(port);
    port.off('message', this.#onMessage);
    port.off('message', this.#afterMessage);
    port.off('close', this.#lost);
    // A listener that the application added meanwhile would have referenced the event loop, but for
    // our unref().
    if (this.#wasUnshared && !inDeno && isShared(port)) port.ref();
  }

  readonly #onMessage = (data: unknown): void => {
    this.receive(data);
  };

  readonly #afterMessage = (): void => {
    if (this.#port.hasRef?.() !== false) setImmediate(unrefIfUnshared, this.#port);
  };

  readonly #lost = (): void => {
    this.peerDied('the port was closed');
  };
}

/** Our listeners on a port: #onMessage and #afterMessage. */
const OURS = 2;

/**
 * Node references the event loop through a port from its first listener on. Ours must not; a
 * listener that the application adds after ours must, and Node does not report it. So before the
 * event loop ends, the ports are checked for other listeners.
 */
const sharedPorts = perThread(() => {
  const ports = new Set<Port>();
  process.on('beforeExit', () => {
    for (const port of ports) if (isShared(port, OURS)) port.ref();
  });
  return ports;
});

function unrefIfUnshared(port: Port): void {
  if (sharedPorts().has(port) && !isShared(port, OURS)) port.unref();
}

/** Ports emit, as everything with Node's `on()` does; the types do not say so. */
const asEmitter = (port: Port): UserEvents => port;
