/** A Worker, a MessagePort or the parentPort as an endpoint. */
import type * as worker_threads from 'node:worker_threads';
import { EndpointBase, type Endpoint } from '../core/connect/endpoint.js';
import { addInboundPort, type UserEvents } from './inbound-ports.js';
import { lastError } from './exit-reason.js';
import { asText, ThreadEndpoint } from './thread-endpoint.js';
import { inBun, inDeno, isShared, portOf, type Port } from './ports.js';
import { webWorkerEndpoint } from './web-worker.js';

type Worker = worker_threads.Worker;

const isWorker = (target: object): target is Worker =>
  'threadId' in target && 'postMessage' in target && 'terminate' in target && 'on' in target;

const isPort = (target: object): target is Port =>
  'postMessage' in target && 'on' in target && 'unref' in target;

const known = new WeakMap<object, Endpoint>();

/** One per target, however often it is connected to: a Worker warns at its eleventh listener. */
export function nodeEndpoint(target: object, threads: typeof worker_threads): Endpoint | undefined {
  let endpoint = known.get(target);
  if (endpoint === undefined) {
    if (isWorker(target)) endpoint = new WorkerEndpoint(target, threads);
    else if (isPort(target)) endpoint = new PortEndpoint(target);
    else endpoint = webWorkerEndpoint(target);
    if (endpoint !== undefined) known.set(target, endpoint);
  }
  return endpoint;
}

class WorkerEndpoint extends ThreadEndpoint {
  readonly #worker: Worker;
  readonly #threads: typeof worker_threads;
  #terminated = false;
  #leave: (() => void) | undefined = undefined;
  #hearsItsEnd = false;

  constructor(worker: Worker, threads: typeof worker_threads) {
    super(worker);
    this.#worker = worker;
    this.#threads = threads;
    // The `exit` event does not say who ended the thread: its code may be that of a thread that
    // ended by itself.
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

  /** Pending requests hold the loop by their ports, so the Worker itself need not. */
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
      this.#leave = addInboundPort({
        port,
        receive: (data) => this.receive(data),
        peerLost: () => {
          this.checkDeath();
          this.#ended('the worker ended');
        },
        // Of one that had not started yet the port closes only when this event loop turns.
        isPeerDead: () => this.#terminated,
        user: worker,
      });
    }
    if (!this.#hearsItsEnd) this.#hearItsEnd();
    this.#hearsItsEnd = true;
  }

  /**
   * Goes on hearing its end: a later connection must be told why, and Node ends a process without a
   * listener.
   */
  protected detach(): void {
    this.#worker.off('message', this.#onMessage);
    this.#leave?.();
  }

  readonly #onMessage = (data: unknown): void => {
    this.receive(data);
  };

  #hearItsEnd(): void {
    const worker = this.#worker;
    worker.on('error', (cause) => {
      this.#threw(cause);
    });
    worker.on('exit', (code) => {
      // 0 if the thread had not started yet, else 1.
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
  #leave: (() => void) | undefined = undefined;
  #wasAlone = false;

  constructor(port: Port) {
    super(port);
    this.#port = port;
  }

  protected attach(): void {
    const port = this.#port;
    const alone = (this.#wasAlone = !isShared(port));
    port.on('message', this.#onMessage);
    port.on('message', this.#afterMessage);
    port.on('close', this.#lost);
    // With a first listener a live port holds the loop. One that was closed before does not, and
    // says no `close`.
    if (alone && !inDeno && !inBun && port.hasRef?.() === false) setImmediate(this.#lost);
    if (alone) port.unref();
    const receive = (data: unknown): boolean => this.receive(data);
    this.#leave = addInboundPort({ port, receive, peerLost: this.#lost, user: asEmitter(port) });
    shareWithUser(port);
  }

  protected detach(): void {
    const port = this.#port;
    this.#leave?.();
    sharedPorts.delete(port);
    port.off('message', this.#onMessage);
    port.off('message', this.#afterMessage);
    port.off('close', this.#lost);
    // A listener that the user has added meanwhile would have held the loop, had we not been here.
    if (this.#wasAlone && !inDeno && isShared(port)) port.ref();
  }

  readonly #onMessage = (data: unknown): void => {
    this.receive(data);
  };

  readonly #afterMessage = (): void => {
    if (this.#port.hasRef?.() !== false) setImmediate(releaseIfAlone, this.#port);
  };

  readonly #lost = (): void => {
    this.peerDied('the port was closed');
  };
}

/**
 * Node lets a port hold the loop from its first listener on. Ours must not; but one that the user
 * adds after it must, and is not told of. So before the loop ends we look whether there is one.
 */
const OURS = 2;
const sharedPorts = new Set<Port>();

function releaseIfAlone(port: Port): void {
  if (sharedPorts.has(port) && !isShared(port, OURS)) port.unref();
}

let sharing = false;

function shareWithUser(port: Port): void {
  sharedPorts.add(port);
  if (!sharing) {
    sharing = true;
    process.on('beforeExit', () => {
      for (const shared of sharedPorts) if (isShared(shared, OURS)) shared.ref();
    });
  }
}

/** Ports emit, as all that takes Node's `on()` does; the types do not say so. */
const asEmitter = (port: Port): UserEvents => port;
