/** A Worker, a MessagePort or the parentPort as an endpoint. */
import type * as worker_threads from 'node:worker_threads';
import { EndpointBase, type Endpoint } from '../core/endpoint.js';
import { join } from './agent.js';
import { MortalEndpoint } from './mortal.js';
import { isShared, type Port } from './ports.js';
import { webWorkerEndpoint } from './web-worker.js';

type Worker = worker_threads.Worker;

const isWorker = (target: object): target is Worker =>
  'threadId' in target && 'postMessage' in target && 'terminate' in target && 'on' in target;

const isPort = (target: object): target is Port =>
  'postMessage' in target && 'on' in target && 'unref' in target;

const known = new WeakMap<object, Endpoint>();

/** One per target, however often it is connected to: a Worker warns at its eleventh listener. */
export function nodeEndpoint(target: object): Endpoint | undefined {
  let endpoint = known.get(target);
  if (endpoint === undefined) {
    if (isWorker(target)) endpoint = new WorkerEndpoint(target);
    else if (isPort(target)) endpoint = new PortEndpoint(target);
    else endpoint = webWorkerEndpoint(target);
    if (endpoint !== undefined) known.set(target, endpoint);
  }
  return endpoint;
}

class WorkerEndpoint extends MortalEndpoint {
  readonly #worker: Worker;

  constructor(worker: Worker) {
    super(worker);
    this.#worker = worker;
  }

  protected get isWatched(): boolean {
    const ours = 1;
    return this.#worker.listenerCount('error') > ours;
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
    const leave =
      port &&
      join({
        port,
        take: (data) => this.receive(data),
        lost: () => {
          leave?.();
          this.died('the worker ended');
        },
        user: worker,
      });
    worker.on('error', (cause) => {
      this.died(`the worker threw: ${String(cause)}`, { cause });
    });
    worker.on('exit', (code) => {
      leave?.();
      this.died(`the worker exited with code ${String(code)}`);
    });
  }
}

class PortEndpoint extends EndpointBase {
  readonly #port: Port;

  constructor(port: Port) {
    super(port);
    this.#port = port;
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
    const lost = (): void => {
      sharedPorts.delete(port);
      leave();
      this.died('the port was closed');
    };
    const leave = join({ port, take: (data) => this.receive(data), lost, user: asEmitter(port) });
    port.on('close', lost);
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

/** The port behind a Worker, for an agent that blocks. Undefined where Node no longer keeps it under that name. */
function portOf(worker: Worker): Port | undefined {
  const key = Object.getOwnPropertySymbols(worker).find(
    ({ description }) => description === 'kPublicPort',
  );
  return key && (worker as unknown as Record<symbol, Port | undefined>)[key];
}

/** Ports emit, as all that takes Node's `on()` does; the types do not say so. */
const asEmitter = (port: Port): { emit(type: 'message', data: unknown): unknown } => port;
