/** A Worker, a MessagePort or the parentPort as an endpoint. */
import type * as worker_threads from 'node:worker_threads';
import { EndpointBase, type EndpointAdapter } from '../core/connect/endpoint.js';
import { perThread } from '../core/support/per-thread.js';
import { timers } from './builtins.js';
import { lastError } from './exit-reason.js';
import { addInboundPort, type UserEvents } from './inbound-ports.js';
import { completePort, inBun, inDeno, isShared, portOf, type Port } from './ports.js';
import { asText, ThreadEndpoint } from './thread-endpoint.js';
import { webWorkerEndpoint } from './web-worker.js';
import { nodeThreads, type WorkerThreads } from './worker-threads.js';

type NodeWorker = worker_threads.Worker;

const isNodeWorker = (endpoint: object): endpoint is NodeWorker =>
  'threadId' in endpoint &&
  'postMessage' in endpoint &&
  'terminate' in endpoint &&
  'on' in endpoint;

const isNodePort = (endpoint: object): endpoint is Port =>
  'postMessage' in endpoint && 'on' in endpoint && 'unref' in endpoint;

const nodeEndpoints = perThread(() => new WeakMap<object, EndpointAdapter>());

/**
 * Returns the adapter of a Worker or a port, by default of the thread that started this one;
 * undefined if the object is neither. An object has one adapter, however often connect() gets it: a
 * Worker warns at its eleventh listener.
 */
export function nodeEndpoint(endpoint: object = globalThis): EndpointAdapter | undefined {
  const threads = nodeThreads();
  if (threads === undefined) return undefined;
  const peer = endpoint === globalThis ? (threads.parentPort ?? endpoint) : endpoint;
  completePort(threads, peer);
  const adapter = nodeEndpoints().get(peer) ?? createNodeEndpoint(peer, threads);
  if (adapter !== undefined) nodeEndpoints().set(peer, adapter);
  return adapter;
}

function createNodeEndpoint(endpoint: object, threads: WorkerThreads): EndpointAdapter | undefined {
  if (isNodeWorker(endpoint)) return new NodeWorkerEndpoint(endpoint, threads).start();
  return isNodePort(endpoint) ? new NodePortEndpoint(endpoint) : webWorkerEndpoint(endpoint);
}

/** Marks the listeners of this package, for other copies of it. */
const OWN_LISTENER = Symbol.for('ump-ng.listener');

const ownListener = <T extends object>(listener: T): T =>
  Object.assign(listener, { [OWN_LISTENER]: true });

const isOfApplication = (listener: object): boolean => !(OWN_LISTENER in listener);

class NodeWorkerEndpoint extends ThreadEndpoint {
  readonly #worker: NodeWorker;
  readonly #threads: WorkerThreads;
  #isTerminated = false;
  #watchesEnd = false;
  /** Whether a `message` listener of this package must not reference the event loop. */
  #isUnrefd = false;

  constructor(worker: NodeWorker, threads: WorkerThreads) {
    super(worker);
    this.#worker = worker;
    this.#threads = threads;
  }

  /** From now on the endpoint learns of calls of the Worker's terminate(). */
  start(): this {
    const worker = this.#worker;
    // The `exit` event does not tell a terminated thread from one that ended by itself: the exit
    // code may be the same.
    const { terminate } = worker;
    worker.terminate = () => {
      this.#isTerminated = true;
      return terminate.call(worker);
    };
    return this;
  }

  protected get isWatched(): boolean {
    const ours = 1;
    return this.#worker.listenerCount('error') > ours;
  }

  /**
   * Pending requests reference the event loop through their ports, so the Worker need not; but it
   * must while the application listens for messages of its own. A Worker that the application has
   * unref'd is left alone.
   */
  unrefThread(): void {
    const worker = this.#worker;
    if (this.#isUnrefd) return;
    this.#isUnrefd = true;
    if (portOf(worker, 'kPublicPort')?.hasRef?.() === false) return;
    worker.on('newListener', (event: unknown, listener: object) => {
      if (event === 'message' && isOfApplication(listener)) worker.ref();
    });
    worker.on('removeListener', (event: unknown, listener: object) => {
      if (event === 'message' && isOfApplication(listener)) this.#unrefUnlessShared();
    });
    this.#unrefUnlessShared();
  }

  #unrefUnlessShared(): void {
    if (!this.#worker.listeners('message').some(isOfApplication)) this.#worker.unref();
  }

  /**
   * The `error` and `exit` listeners stay: a later connection must learn why the worker ended, and
   * Node ends the process where an `error` has no listener.
   */
  protected attach(): (() => void) | undefined {
    const worker = this.#worker;
    if (worker.threadId < 0) {
      this.peerDied('the worker had already exited');
      return undefined;
    }
    const receive = ownListener((data: unknown) => this.receive(data));
    worker.on('message', receive);
    // Node references the event loop whenever the first listener is added.
    if (this.#isUnrefd) this.#unrefUnlessShared();
    const port = portOf(worker, 'kPublicPort');
    const removeInbound =
      port &&
      addInboundPort({
        port,
        receive,
        peerLost: () => {
          this.checkDeath();
          this.#reportEnd('the worker ended');
        },
        // The port of a thread that had not started yet closes only when this event loop turns.
        isPeerLost: () => this.#isTerminated,
        user: worker,
      });
    if (!this.#watchesEnd) this.#watchEnd();
    this.#watchesEnd = true;
    return () => {
      worker.off('message', receive);
      removeInbound?.();
    };
  }

  #watchEnd(): void {
    const worker = this.#worker;
    worker.on('error', (cause) => {
      this.#threw(cause);
    });
    worker.on('exit', (code) => {
      // terminate() gives 0 if the thread had not started yet, else 1.
      if (code > 1) this.peerDied(exited(code));
      else this.#reportEnd(exited(code));
    });
  }

  protected override checkDeath(): void {
    const error = lastError(this.#worker, this.#threads);
    if (error !== undefined) this.#threw(error);
    else if (this.#isTerminated) this.peerDied(TERMINATED);
  }

  #threw(cause: unknown): void {
    this.peerDied(`the worker threw: ${asText(cause)}`, { cause });
  }

  #reportEnd(how: string): void {
    this.peerDied(this.#isTerminated ? TERMINATED : how);
  }
}

const TERMINATED = 'the worker was terminated';
const exited = (code: number): string => `the worker exited with code ${String(code)}`;

class NodePortEndpoint extends EndpointBase {
  readonly #port: Port;

  constructor(port: Port) {
    super(port);
    this.#port = port;
  }

  protected attach(): () => void {
    const port = this.#port;
    const receive = ownListener((data: unknown) => this.receive(data));
    const afterMessage = (): void => {
      if (port.hasRef?.() !== false) timers.setImmediate(unrefIfUnshared, port);
    };
    const peerLost = (): void => {
      this.peerDied('the port was closed');
    };
    const unshared = !isShared(port);
    port.on('message', receive);
    port.on('message', afterMessage);
    port.on('close', peerLost);
    // A live port references the event loop once it has a listener. A port that was closed before
    // does not, and emits no `close`.
    if (unshared && !inDeno && !inBun && port.hasRef?.() === false) timers.setImmediate(peerLost);
    if (unshared) port.unref();
    const removeInbound = addInboundPort({ port, receive, peerLost, user: asEmitter(port) });
    sharedPorts().add(port);
    return () => {
      removeInbound();
      sharedPorts().delete(port);
      port.off('message', receive);
      port.off('message', afterMessage);
      port.off('close', peerLost);
      // A listener that the application added meanwhile would have referenced the event loop, but
      // for our unref().
      if (unshared && !inDeno && isShared(port)) port.ref();
    };
  }
}

/** Our listeners on a port, for `message`: see attach(). */
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
