/** A dedicated worker, from both sides: they talk over the Worker's own channel. */
import { EndpointBase, type Dial } from '../core/endpoint.js';
import type { Link } from '../core/link.js';
import { isA } from '../core/platform.js';
import { DirectLines } from './direct.js';
import { onLoadFailure } from './loading.js';

type Target = EventTarget & { postMessage(message: unknown, transfer: Transferable[]): void };

/** A dedicated worker's global scope; nothing else has the class. */
export const isOwnScope = (target: object): target is Target =>
  isA(target, 'DedicatedWorkerGlobalScope');

export const isWorker = (target: object): target is Worker =>
  'postMessage' in target && 'terminate' in target && 'addEventListener' in target;

/** The worker's side. */
export class ScopeEndpoint extends EndpointBase {
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

/** The side of whoever made it. */
export class WorkerEndpoint extends ScopeEndpoint {
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
    onLoadFailure(
      this.#worker,
      () => this.#alive,
      (message, options) => {
        this.died(message, options);
      },
    );
  }

  protected override heard(data: unknown): boolean {
    const ours = super.heard(data);
    this.#alive ||= ours;
    return ours;
  }
}
