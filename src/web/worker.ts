/** A dedicated worker, from both sides: they talk over the Worker's own channel. */
import { EndpointBase, type Dial } from '../core/endpoint.js';
import { life, type Link } from '../core/link.js';
import { isA } from '../core/platform.js';
import type { Signal } from '../core/wire.js';
import { DirectLines } from './direct.js';
import { onLoadFailure } from './loading.js';
import { lifeIn } from './peer.js';
import { watchPosting } from './posting.js';

type Target = EventTarget & { postMessage(message: unknown, transfer: Transferable[]): void };

/** A dedicated worker's global scope; nothing else has the class. */
export const isOwnScope = (target: object): target is Target =>
  isA(target, 'DedicatedWorkerGlobalScope');

export const isWorker = (target: object): target is Worker =>
  'postMessage' in target && 'terminate' in target && 'addEventListener' in target;

/** The worker's side. */
export class ScopeEndpoint extends EndpointBase {
  readonly #target: Target;
  readonly #lines: DirectLines;
  /** The id of the agent at the other side, once it has named it. */
  #life: string | undefined = undefined;

  constructor(target: Target) {
    super(target);
    this.#target = target;
    const postMessage = watchPosting(target, () => this.#life);
    this.#lines = new DirectLines({ postMessage }, () => {
      this.letGo();
    });
  }

  dial(): Dial {
    return this.#lines.dial(this);
  }

  answer(id: number): Link | undefined {
    return this.#lines.answer(id);
  }

  protected override isBusy(): boolean {
    return this.#lines.busy;
  }

  protected attach(): void {
    this.#target.addEventListener('message', this.#onMessage);
    this.#target.addEventListener('messageerror', this.#onUnreadable);
  }

  protected override heard(signal: Signal): void {
    this.#life = lifeIn(signal) ?? this.#life;
  }

  protected detach(): void {
    this.#target.removeEventListener('message', this.#onMessage);
    this.#target.removeEventListener('messageerror', this.#onUnreadable);
  }

  readonly #onMessage = (event: Event): void => {
    const { data } = event as MessageEvent<unknown>;
    // A frame is nobody else's business; a signal may be for another copy of this package.
    if (this.#lines.receive(data)) event.stopImmediatePropagation();
    else this.receive(data);
  };

  readonly #onUnreadable = (): void => {
    this.#lines.unreadable();
  };
}

/** The side of whoever made it. */
export class WorkerEndpoint extends ScopeEndpoint {
  /** Of each copy of the package there, as it was told here. */
  readonly #lives = new Set<string>();
  /**
   * Stops to listen for a failure of the script to load: once a signal came from there, none can
   * come.
   */
  readonly #isAlive: () => void;

  constructor(worker: Worker) {
    super(worker);
    this.#isAlive = onLoadFailure(worker, (message, options) => {
      this.died(message, options);
    });
    // No event tells of it, and a lock tells late (in Chromium) or not at all, if none was named
    // yet.
    const { terminate } = worker;
    worker.terminate = () => {
      terminate.call(worker);
      this.died('the worker was terminated');
    };
  }

  protected override heard(signal: Signal): void {
    super.heard(signal);
    this.#isAlive();
    const name = lifeIn(signal);
    if (name !== undefined) this.#lives.add(name);
  }

  /** Also of lines by ports of their own, where they have no lock to watch. */
  protected override died(
    message: string,
    options?: { cause: unknown },
  ): ReturnType<EndpointBase['died']> {
    this.#isAlive();
    const unheard = super.died(message, options);
    for (const name of this.#lives) life()?.gone(name);
    return unheard;
  }
}
