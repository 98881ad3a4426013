/** A SharedWorker, from both sides: each page has a port to it. */
import { EndpointBase } from '../core/endpoint.js';
import { isA } from '../core/platform.js';
import type { Signal } from '../core/wire.js';
import { onLoadFailure } from './loading.js';
import { PortEndpoint } from './port.js';

export const isSharedScope = (target: object): target is EventTarget =>
  isA(target, 'SharedWorkerGlobalScope');

export const isSharedWorker = (target: object): target is SharedWorker =>
  isA(target, 'SharedWorker');

/** The page's side. */
export class SharedWorkerEndpoint extends PortEndpoint {
  readonly #worker: SharedWorker;
  #alive = false;

  constructor(worker: SharedWorker) {
    super(worker.port);
    this.#worker = worker;
  }

  protected override attach(): void {
    super.attach();
    onLoadFailure(
      this.#worker,
      () => this.#alive,
      (message, options) => {
        this.died(message, options);
      },
    );
  }

  protected override receive(data: unknown): boolean {
    const ours = super.receive(data);
    this.#alive ||= ours;
    return ours;
  }
}

/** The worker's side: every page that connects, and every one that has connected before anybody listened. */
class SharedScopeEndpoint extends EndpointBase {
  readonly staysOpen = true;
  readonly #ports: MessagePort[] = [];
  #listens = false;

  constructor(scope: EventTarget) {
    // Each message goes to one of the ports, or to all: send() says so.
    super({ postMessage: () => undefined });
    scope.addEventListener('connect', (event) => {
      const [port] = (event as MessageEvent).ports;
      if (port === undefined) return;
      this.#ports.push(port);
      if (this.#listens) this.#hear(port);
    });
  }

  override send(signal: Signal): void {
    for (const port of this.#ports) port.postMessage(signal);
  }

  protected attach(): void {
    this.#listens = true;
    for (const port of this.#ports) this.#hear(port);
  }

  #hear(port: MessagePort): void {
    port.addEventListener('message', ({ data }) => {
      this.receive(data, (signal) => {
        port.postMessage(signal);
      });
    });
    port.start();
  }
}

/** A page that connects before its worker listens would be missed: so this one listens from the start. */
const own = isSharedScope(globalThis) ? new SharedScopeEndpoint(globalThis) : undefined;

export const sharedScopeEndpoint = (scope: EventTarget): SharedScopeEndpoint =>
  own ?? new SharedScopeEndpoint(scope);
