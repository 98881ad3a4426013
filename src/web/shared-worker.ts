import { isA } from '../core/support/platform.js';
import { WebPortEndpoint } from './port-endpoint.js';
import { watchStartup } from './startup.js';

export const isSharedWorker = (endpoint: object): endpoint is SharedWorker =>
  isA(endpoint, 'SharedWorker');

/** A SharedWorker, as its pages see it: each of them has a port to it. */
export class SharedWorkerEndpoint extends WebPortEndpoint {
  readonly #worker: SharedWorker;
  #stopWatchingStartup: (() => void) | undefined;

  constructor(worker: SharedWorker) {
    super(worker.port);
    this.#worker = worker;
  }

  override start(): this {
    this.#stopWatchingStartup = watchStartup(this.#worker, (message, options) => {
      this.peerDied(message, options);
    });
    return super.start();
  }

  protected override observe(): void {
    this.#stopWatchingStartup?.();
  }
}
