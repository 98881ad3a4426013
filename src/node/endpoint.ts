/** A Worker, a MessagePort or the parentPort as an endpoint. */
import type * as worker_threads from 'node:worker_threads';
import { EndpointBase, type Endpoint } from '../core/endpoint.js';
import { Inbox, portOf } from './inbox.js';
import { MortalEndpoint } from './mortal.js';
import { isShared, type Port } from './ports.js';
import { webWorkerEndpoint } from './web-worker.js';

type Worker = worker_threads.Worker;
type Receive = typeof worker_threads.receiveMessageOnPort;

const isWorker = (target: object): target is Worker =>
  'threadId' in target && 'postMessage' in target && 'terminate' in target && 'on' in target;

const isPort = (target: object): target is Port =>
  'postMessage' in target && 'on' in target && 'unref' in target;

const known = new WeakMap<object, Endpoint>();

/** One per target, however often it is connected to: a Worker warns at its eleventh listener. */
export function nodeEndpoint(target: object, receive: Receive): Endpoint | undefined {
  let endpoint = known.get(target);
  if (endpoint === undefined) {
    if (isWorker(target)) endpoint = new WorkerEndpoint(target, receive);
    else if (isPort(target)) endpoint = new PortEndpoint(target, receive);
    else endpoint = webWorkerEndpoint(target);
    if (endpoint !== undefined) known.set(target, endpoint);
  }
  return endpoint;
}

class WorkerEndpoint extends MortalEndpoint {
  readonly #worker: Worker;
  readonly #receive: Receive;

  constructor(worker: Worker, receive: Receive) {
    super(worker);
    this.#worker = worker;
    this.#receive = receive;
  }

  /** Pending requests hold the loop by their ports, so the Worker itself need not. */
  release(): void {
    this.#worker.unref();
  }

  protected attach(): void {
    const worker = this.#worker;
    if (worker.threadId < 0) {
      this.died('the worker had already exited');
      return;
    }
    worker.on('message', (data) => {
      this.receive(data);
    });
    const port = portOf(worker);
    const inbox =
      port &&
      new Inbox(worker, port, this.#receive, {
        receive: (data) => this.receive(data),
        dead: () => {
          inbox?.close();
          this.died('the worker ended');
        },
      });
    worker.on('error', (cause) => {
      this.died(`the worker threw: ${String(cause)}`, { cause });
    });
    worker.on('exit', (code) => {
      inbox?.close();
      this.died(`the worker exited with code ${String(code)}`);
    });
  }
}

class PortEndpoint extends EndpointBase {
  readonly #port: Port;
  readonly #receive: Receive;

  constructor(port: Port, receive: Receive) {
    super(port);
    this.#port = port;
    this.#receive = receive;
  }

  protected attach(): void {
    const port = this.#port;
    const alone = !isShared(port);
    port.on('message', (data) => {
      this.receive(data);
    });
    port.on('message', () => {
      if (port.hasRef?.() !== false) setImmediate(releaseIfAlone, port);
    });
    if (alone) port.unref();
    const closed = (): void => {
      sharedPorts.delete(port);
      inbox.close();
      this.died('the port was closed');
    };
    const inbox = new Inbox(port, port, this.#receive, {
      receive: (data) => this.receive(data),
      dead: closed,
    });
    port.on('close', closed);
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
  if (!isShared(port, OURS)) port.unref();
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
