/** A dedicated worker, from both sides: frames go through the Worker's own channel. */
import { EndpointBase, type PendingTransport } from '../core/connect/endpoint.js';
import type { HandshakeMessage } from '../core/protocol/frames.js';
import { isA } from '../core/support/platform.js';
import { liveness } from '../core/transport/driver.js';
import type { Transport } from '../core/transport/transport.js';
import { agentIdIn } from './port-peer.js';
import { announcePostedPorts } from './posted-ports.js';
import { StartupGuard } from './startup.js';
import { WorkerChannel } from './worker-channel.js';

type Target = EventTarget & { postMessage(message: unknown, transfer: Transferable[]): void };

/** Whether it is the global scope of a dedicated worker. */
export const isOwnScope = (target: object): target is Target =>
  isA(target, 'DedicatedWorkerGlobalScope');

export const isWorker = (target: object): target is Worker =>
  'postMessage' in target && 'terminate' in target && 'addEventListener' in target;

/** The worker's side. */
export class ScopeEndpoint extends EndpointBase {
  readonly #target: Target;
  readonly #channel: WorkerChannel;
  /** The id of the agent at the other side, once it has sent it. */
  #peerId: string | undefined = undefined;

  constructor(target: Target) {
    super(target);
    this.#target = target;
    const postMessage = announcePostedPorts(target, () => this.#peerId);
    this.#channel = new WorkerChannel({ postMessage }, () => {
      this.detachIfUnused();
    });
  }

  createPending(): PendingTransport {
    return this.#channel.createPending(this);
  }

  acceptNumber(id: number): Transport | undefined {
    return this.#channel.acceptNumber(id);
  }

  protected override isBusy(): boolean {
    return this.#channel.isInUse;
  }

  protected attach(): void {
    this.#target.addEventListener('message', this.#onMessage);
    this.#target.addEventListener('messageerror', this.#onUnreadable);
  }

  protected override observe(handshake: HandshakeMessage): void {
    this.#peerId = agentIdIn(handshake) ?? this.#peerId;
  }

  protected detach(): void {
    this.#target.removeEventListener('message', this.#onMessage);
    this.#target.removeEventListener('messageerror', this.#onUnreadable);
  }

  readonly #onMessage = (event: Event): void => {
    const { data } = event as MessageEvent<unknown>;
    // A frame is for this copy of the package only; a handshake may be for another one.
    if (this.#channel.receive(data)) event.stopImmediatePropagation();
    else this.receive(data);
  };

  readonly #onUnreadable = (): void => {
    this.#channel.unreadable();
  };
}

/** The side of the agent that created the worker. */
export class WorkerEndpoint extends ScopeEndpoint {
  /** The ids that the worker has sent: one of each copy of the package in it. */
  readonly #agentIds = new Set<string>();
  readonly #startup: StartupGuard;

  constructor(worker: Worker) {
    super(worker);
    this.#startup = new StartupGuard(worker, (message, options) => {
      this.peerDied(message, options);
    });
    // No event reports it. A lock does so late (in Chromium), or not at all if the worker has not
    // sent its id yet.
    const { terminate } = worker;
    worker.terminate = () => {
      terminate.call(worker);
      this.peerDied('the worker was terminated');
    };
  }

  protected override observe(handshake: HandshakeMessage): void {
    super.observe(handshake);
    this.#startup.stop();
    const agentId = agentIdIn(handshake);
    if (agentId !== undefined) this.#agentIds.add(agentId);
  }

  /** Also ends connections over ports of their own, which have no lock to watch. */
  protected override peerDied(
    message: string,
    options?: { cause: unknown },
  ): ReturnType<EndpointBase['peerDied']> {
    this.#startup.stop();
    const unreported = super.peerDied(message, options);
    for (const agentId of this.#agentIds) liveness()?.reportDeath(agentId);
    return unreported;
  }
}
