/** A dedicated worker, from both sides: frames go through the Worker's own channel. */
import { EndpointBase, type PendingTransport } from '../core/connect/endpoint.js';
import type { HandshakeMessage } from '../core/protocol/frames.js';
import { isA } from '../core/support/platform.js';
import { liveness, type StandIn } from '../core/transport/driver.js';
import { setSender } from '../core/transport/port-senders.js';
import type { Transport } from '../core/transport/transport.js';
import { addListeners } from './listeners.js';
import { afterLastMessages, agentIdIn } from './port-peer.js';
import { announcePostedPorts, type PostFunction } from './posted-ports.js';
import { watchStartup } from './startup.js';
import { WorkerChannel } from './worker-channel.js';

type PostTarget = EventTarget & { postMessage(message: unknown, transfer: Transferable[]): void };

/** Whether it is the global scope of a dedicated worker. */
export const isOwnScope = (endpoint: object): endpoint is PostTarget =>
  isA(endpoint, 'DedicatedWorkerGlobalScope');

export const isDedicatedWorker = (endpoint: object): endpoint is Worker =>
  'postMessage' in endpoint && 'terminate' in endpoint && 'addEventListener' in endpoint;

/** The worker's side. */
export class ScopeEndpoint extends EndpointBase {
  readonly #object: PostTarget;
  readonly #channel: WorkerChannel;
  /** The id of the agent at the other side, once it has sent it. */
  #peerId: string | undefined;

  constructor(endpoint: PostTarget) {
    super(endpoint);
    this.#object = endpoint;
    this.#channel = new WorkerChannel(endpoint.postMessage.bind(endpoint) as PostFunction, {
      holderId: () => this.holderId,
      onUnused: () => {
        this.detachIfUnused();
      },
    });
  }

  /** From now on the application's own messages announce the ports in them. */
  start(): this {
    announcePostedPorts(
      this.#object,
      () => this.holderId,
      () => this.isPeerLost(),
    );
    return this;
  }

  /** Whether nothing that is posted arrives any more. */
  protected isPeerLost(): boolean {
    return false;
  }

  protected endConnections(): void {
    this.#channel.peerLost();
  }

  get holderId(): string | undefined {
    return this.#peerId;
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

  protected attach(): () => void {
    return addListeners(this.#object, {
      message: (event: MessageEvent<unknown>) => {
        const { data } = event;
        // A frame is for this copy of the package only; a handshake may be for another one.
        if (this.#channel.receive(data)) event.stopImmediatePropagation();
        else {
          // What the ports themselves report is newer, but Firefox may lose it with the sender.
          setSender(event.ports, this.holderId);
          this.receive(data);
        }
      },
      messageerror: () => {
        this.#channel.unreadable();
      },
    });
  }

  protected override observe(handshake: HandshakeMessage): void {
    this.#peerId = agentIdIn(handshake) ?? this.#peerId;
  }
}

/** The side of the agent that created the worker. */
export class DedicatedWorkerEndpoint extends ScopeEndpoint {
  /** The ids that the worker has sent: one of each copy of the package in it. */
  readonly #agentIds = new Set<string>();
  readonly #worker: Worker;
  /** Named as the holder of what is posted before the worker has sent its own id. */
  #standIn: StandIn | undefined;
  #hasEnded = false;
  #stopWatchingStartup: (() => void) | undefined;

  constructor(worker: Worker) {
    super(worker);
    this.#worker = worker;
  }

  /** From now on the endpoint learns if the worker fails to start, or is terminated. */
  override start(): this {
    const worker = this.#worker;
    this.#standIn = liveness()?.standIn();
    this.#stopWatchingStartup = watchStartup(worker, (message, options) => {
      this.#ended(message, options);
    });
    // No event reports it. A lock does so late (in Chromium), or not at all if the worker has not
    // sent its id yet.
    const { terminate } = worker;
    worker.terminate = () => {
      terminate.call(worker);
      this.#ended('the worker was terminated');
    };
    return super.start();
  }

  protected override isPeerLost(): boolean {
    return this.#hasEnded;
  }

  override get holderId(): string | undefined {
    return super.holderId ?? this.#standIn?.agentId;
  }

  protected override observe(handshake: HandshakeMessage): void {
    super.observe(handshake);
    this.#stopWatchingStartup?.();
    const agentId = agentIdIn(handshake);
    if (agentId === undefined || this.#agentIds.has(agentId)) return;
    this.#agentIds.add(agentId);
    // No event reports that a worker has closed itself. What is watched must not keep the Worker.
    const standIn = this.#standIn;
    const endpoint = new WeakRef(this);
    liveness()?.watch(agentId, () => {
      standIn?.end();
      afterLastMessages(() => {
        const left = endpoint.deref();
        if (left !== undefined) left.#ended('the worker has ended');
      });
    });
  }

  /**
   * Ends all connections to the worker, also those over ports of their own, which have no lock to
   * watch.
   */
  #ended(message: string, options?: { cause: unknown }): void {
    this.#hasEnded = true;
    this.#stopWatchingStartup?.();
    this.peerDied(message, options);
    this.endConnections();
    this.#standIn?.end();
    for (const agentId of this.#agentIds) liveness()?.reportDeath(agentId);
  }
}
