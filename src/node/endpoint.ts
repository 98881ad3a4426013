/** A Worker, a MessagePort or the parentPort as an endpoint. */
import type * as worker_threads from 'node:worker_threads';
import type { Endpoint, EndpointListener } from '../core/endpoint.js';
import { UmpError } from '../core/errors.js';
import { asSignal, type Signal } from '../core/wire.js';

/** hasRef() is younger than the types. */
type Port = worker_threads.MessagePort & { hasRef?: () => boolean };
type Worker = worker_threads.Worker;

const isWorker = (target: object): target is Worker =>
  'threadId' in target && 'postMessage' in target && 'terminate' in target && 'on' in target;

const isPort = (target: object): target is Port =>
  'postMessage' in target && 'on' in target && 'unref' in target;

const known = new WeakMap<object, NodeEndpoint>();

/** One per target, however often it is connected to: a Worker warns at its eleventh listener. */
export function nodeEndpoint(target: object): Endpoint | undefined {
  let endpoint = known.get(target);
  if (endpoint === undefined) {
    if (isWorker(target)) endpoint = new WorkerEndpoint(target);
    else if (isPort(target)) endpoint = new PortEndpoint(target);
    else return undefined;
    known.set(target, endpoint);
  }
  return endpoint;
}

abstract class NodeEndpoint implements Endpoint {
  readonly #target: { postMessage: (message: unknown, transfer: never) => void };
  readonly #listeners = new Set<EndpointListener>();
  #death: UmpError | undefined = undefined;

  constructor(target: { postMessage: (message: unknown, transfer: never) => void }) {
    this.#target = target;
  }

  protected abstract attach(): void;

  send(signal: Signal, transfer: readonly object[] = []): void {
    this.#target.postMessage(signal, transfer as never);
  }

  listen(listener: EndpointListener): () => void {
    const { size } = this.#listeners;
    this.#listeners.add(listener);
    const death = this.#death;
    if (death !== undefined) {
      queueMicrotask(() => {
        if (this.#listeners.delete(listener)) listener.dead(death);
      });
    } else if (size === 0) this.attach();
    return () => {
      this.#listeners.delete(listener);
    };
  }

  protected readonly receive = (data: unknown): void => {
    const signal = asSignal(data);
    if (signal !== undefined) for (const listener of [...this.#listeners]) listener.signal(signal);
  };

  protected died(why: UmpError): void {
    this.#death ??= why;
    for (const listener of [...this.#listeners]) listener.dead(this.#death);
    this.#listeners.clear();
  }
}

/**
 * Milliseconds. A thread that dies closes its ports and sends its `error`, in no certain order; the one
 * after the other within a few. While we wait nothing else may hold the loop, so this timer does.
 */
const PATIENCE = 50;

class WorkerEndpoint extends NodeEndpoint {
  readonly #worker: Worker;
  readonly #explaining: NodeJS.Timeout[] = [];
  #attached = false;

  constructor(worker: Worker) {
    super(worker);
    this.#worker = worker;
  }

  /** Pending requests hold the loop by their ports, so the Worker itself need not. */
  release(): void {
    this.#worker.unref();
  }

  explain(tell: () => void): void {
    this.#explaining.push(setTimeout(tell, PATIENCE));
  }

  protected override died(why: UmpError): void {
    super.died(why);
    for (const timer of this.#explaining.splice(0)) clearTimeout(timer);
  }

  protected attach(): void {
    if (this.#attached) return;
    this.#attached = true;
    const worker = this.#worker;
    if (worker.threadId < 0) {
      this.died(new UmpError('ServerDisappeared', 'the worker had already exited'));
      return;
    }
    worker.on('message', this.receive);
    worker.on('error', (cause) => {
      this.died(new UmpError('ServerDisappeared', `the worker threw: ${String(cause)}`, { cause }));
    });
    worker.on('exit', (code) => {
      this.died(new UmpError('ServerDisappeared', `the worker exited with code ${String(code)}`));
    });
  }
}

class PortEndpoint extends NodeEndpoint {
  readonly #port: Port;
  #attached = false;

  constructor(port: Port) {
    super(port);
    this.#port = port;
  }

  protected attach(): void {
    if (this.#attached) return;
    this.#attached = true;
    const port = this.#port;
    const alone = port.listenerCount('message') === 0;
    port.on('message', this.receive);
    port.on('message', () => {
      if (port.hasRef?.() !== false) setImmediate(releaseIfAlone, port);
    });
    if (alone) port.unref();
    port.on('close', () => {
      sharedPorts.delete(port);
      this.died(new UmpError('ServerDisappeared', 'the port was closed'));
    });
    shareWithUser(port);
  }
}

/**
 * Node lets a port hold the loop from its first listener on. Ours must not; but one that the user adds
 * after it must, and is not told of. So before the loop ends we look whether there is one.
 */
const OURS = 2;
const sharedPorts = new Set<Port>();

function releaseIfAlone(port: Port): void {
  if (port.listenerCount('message') === OURS) port.unref();
}

let sharing = false;

function shareWithUser(port: Port): void {
  sharedPorts.add(port);
  if (!sharing) {
    sharing = true;
    process.on('beforeExit', () => {
      for (const shared of sharedPorts) if (shared.listenerCount('message') > OURS) shared.ref();
    });
  }
}
