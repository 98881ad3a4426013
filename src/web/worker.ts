/** A dedicated worker, from both sides: they talk over the Worker's own channel. */
import { EndpointBase, type PendingTransport } from '../core/connect/endpoint.js';
import type { Transport } from '../core/transport/transport.js';
import { liveness } from '../core/transport/driver.js';
import { isA } from '../core/support/platform.js';
import type { HandshakeMessage } from '../core/protocol/frames.js';
import { WorkerChannel } from './worker-channel.js';
import { onLoadFailure } from './startup.js';
import { agentIdIn } from './port-peer.js';
import { announcePostedPorts } from './posted-ports.js';

type Target = EventTarget & { postMessage(message: unknown, transfer: Transferable[]): void };

/** A dedicated worker's global scope; nothing else has the class. */
export const isOwnScope = (target: object): target is Target =>
  isA(target, 'DedicatedWorkerGlobalScope');

export const isWorker = (target: object): target is Worker =>
  'postMessage' in target && 'terminate' in target && 'addEventListener' in target;

/** The worker's side. */
export class ScopeEndpoint extends EndpointBase {
  readonly #target: Target;
  readonly #lines: WorkerChannel;
  /** The id of the agent at the other side, once it has named it. */
  #life: string | undefined = undefined;

  constructor(target: Target) {
    super(target);
    this.#target = target;
    const postMessage = announcePostedPorts(target, () => this.#life);
    this.#lines = new WorkerChannel({ postMessage }, () => {
      this.detachIfUnused();
    });
  }

  createPending(): PendingTransport {
    return this.#lines.createPending(this);
  }

  acceptNumber(id: number): Transport | undefined {
    return this.#lines.acceptNumber(id);
  }

  protected override isBusy(): boolean {
    return this.#lines.isInUse;
  }

  protected attach(): void {
    this.#target.addEventListener('message', this.#onMessage);
    this.#target.addEventListener('messageerror', this.#onUnreadable);
  }

  protected override observe(handshake: HandshakeMessage): void {
    this.#life = agentIdIn(handshake) ?? this.#life;
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
      this.peerDied(message, options);
    });
    // No event tells of it, and a lock tells late (in Chromium) or not at all, if none was named
    // yet.
    const { terminate } = worker;
    worker.terminate = () => {
      terminate.call(worker);
      this.peerDied('the worker was terminated');
    };
  }

  protected override observe(handshake: HandshakeMessage): void {
    super.observe(handshake);
    this.#isAlive();
    const name = agentIdIn(handshake);
    if (name !== undefined) this.#lives.add(name);
  }

  /** Also of lines by ports of their own, where they have no lock to watch. */
  protected override peerDied(
    message: string,
    options?: { cause: unknown },
  ): ReturnType<EndpointBase['peerDied']> {
    this.#isAlive();
    const unheard = super.peerDied(message, options);
    for (const name of this.#lives) liveness()?.reportDeath(name);
    return unheard;
  }
}
