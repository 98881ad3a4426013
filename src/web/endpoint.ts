/** A Worker, a MessagePort, or a dedicated worker's own global scope as an endpoint. */
import { EndpointBase, type Dial, type Endpoint } from '../core/endpoint.js';
import type { Link } from '../core/link.js';
import { DirectLines } from './direct.js';

type Target = EventTarget & { postMessage(message: unknown, transfer: Transferable[]): void };

/** What a dedicated worker's global scope is an instance of; nothing else has it. */
const { DedicatedWorkerGlobalScope: DedicatedScope } = globalThis as {
  DedicatedWorkerGlobalScope?: new () => Target;
};

const isOwnScope = (target: object): target is Target =>
  DedicatedScope !== undefined && target instanceof DedicatedScope;

const isWorker = (target: object): target is Worker =>
  'postMessage' in target && 'terminate' in target && 'addEventListener' in target;

const isPort = (target: object): target is MessagePort =>
  'postMessage' in target && 'start' in target && 'addEventListener' in target;

const known = new WeakMap<object, Endpoint>();

/** Undefined if the target is none of these; without one, whoever started this worker. */
export function webEndpoint(target: object = globalThis): Endpoint | undefined {
  let endpoint = known.get(target);
  if (endpoint === undefined) {
    if (isOwnScope(target)) endpoint = new DirectEndpoint(target);
    else if (isWorker(target)) endpoint = new WorkerEndpoint(target);
    else if (isPort(target)) endpoint = new PortEndpoint(target);
    else return undefined;
    known.set(target, endpoint);
  }
  return endpoint;
}

class PortEndpoint extends EndpointBase {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super(port);
    this.#port = port;
  }

  protected attach(): void {
    this.#port.addEventListener('message', ({ data }) => {
      this.receive(data);
    });
    this.#port.addEventListener('close', () => {
      this.died('the port was closed');
    });
    this.#port.start();
  }
}

class DirectEndpoint extends EndpointBase {
  protected readonly lines: DirectLines;
  readonly #target: Target;

  constructor(target: Target) {
    super(target);
    this.#target = target;
    this.lines = new DirectLines(target);
  }

  dial(): Dial {
    return this.lines.dial(this);
  }

  answer(id: number): Link {
    return this.lines.answer(id);
  }

  protected attach(): void {
    this.#target.addEventListener('message', (event) => {
      const { data } = event as MessageEvent<unknown>;
      // A frame is nobody else's business; a signal may be for another copy of this package.
      if (this.lines.receive(data)) event.stopImmediatePropagation();
      else this.heard(data);
    });
    this.#target.addEventListener('messageerror', () => {
      this.lines.unreadable();
    });
  }

  protected heard(data: unknown): boolean {
    return this.receive(data);
  }
}

class WorkerEndpoint extends DirectEndpoint {
  readonly #worker: Worker;
  /** Somebody has spoken from there: the script was loaded, and no error ends it any more. */
  #alive = false;

  constructor(worker: Worker) {
    super(worker);
    this.#worker = worker;
    // No event tells of it, and a lock tells late (in Chromium) or not at all, if none was named yet.
    const { terminate } = worker;
    worker.terminate = () => {
      terminate.call(worker);
      this.died('the worker was terminated');
    };
  }

  protected override attach(): void {
    super.attach();
    this.#worker.addEventListener('error', (event) => {
      if (this.#alive) return;
      // A script that is not there, or not a script, gives an event that says nothing.
      const { error, message } = event as { error?: unknown; message?: string };
      const why = message ?? 'its script cannot be loaded';
      this.died(`the worker failed to start: ${why}`, { cause: error ?? event });
    });
  }

  protected override heard(data: unknown): boolean {
    const ours = super.heard(data);
    this.#alive ||= ours;
    return ours;
  }
}
