/** A dedicated worker, from both sides: they talk over the Worker's own channel. */
import { EndpointBase, type Dial } from '../core/endpoint.js';
import type { Link } from '../core/link.js';
import { DirectLines } from './direct.js';
import { onLoadFailure } from './loading.js';
import { lifeIn } from './peer.js';
import { watchPosting } from './posting.js';

type Target = EventTarget & { postMessage(message: unknown, transfer: Transferable[]): void };

/** What a dedicated worker's global scope is an instance of; nothing else has it. */
const { DedicatedWorkerGlobalScope: Scope } = globalThis as {
  DedicatedWorkerGlobalScope?: new () => Target;
};

export const isOwnScope = (target: object): target is Target =>
  Scope !== undefined && target instanceof Scope;

export const isWorker = (target: object): target is Worker =>
  'postMessage' in target && 'terminate' in target && 'addEventListener' in target;

/** The worker's side. */
export class ScopeEndpoint extends EndpointBase {
  protected readonly lines: DirectLines;
  readonly #target: Target;
  /** Of the other side, once it has named it. */
  #life: string | undefined = undefined;

  constructor(target: Target) {
    super(target);
    this.#target = target;
    const postMessage = watchPosting(target, () => this.#life);
    this.lines = new DirectLines({ postMessage });
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
    this.#life = lifeIn(data) ?? this.#life;
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
