/**
 * Transports over the Worker's own channel, which is the fastest one between a dedicated worker and
 * its creator. They share it with one another and with the application's own messages: each frame
 * ends with the number of its transport, which the side that connects has chosen.
 */
import type { EndpointAdapter, PendingTransport } from '../core/connect/endpoint.js';
import * as frames from '../core/protocol/frames.js';
import { uniqueNumber } from '../core/support/unique-number.js';
import { liveness } from '../core/transport/driver.js';
import { announceHolder, trackMoved } from '../core/transport/port-holders.js';
import { closePortsIn } from '../core/transport/ports.js';
import { ClosingTransport } from './closing-transport.js';
import type { PostFunction } from './posted-ports.js';

interface ChannelOwner {
  /** The id of the agent at the other end, if it is known: see Transport.onHolderKnown(). */
  holderId(): string | undefined;
  /** No transport is left. */
  onUnused(): void;
}

export class WorkerChannel {
  readonly #postMessage: PostFunction;
  readonly #owner: ChannelOwner;
  readonly #transports = new Map<number, WorkerChannelTransport>();

  constructor(postMessage: PostFunction, owner: ChannelOwner) {
    this.#postMessage = postMessage;
    this.#owner = owner;
  }

  get isInUse(): boolean {
    return this.#transports.size > 0;
  }

  /** Undefined if another transport has that number. */
  acceptNumber(id: number): WorkerChannelTransport | undefined {
    if (this.#transports.has(id)) return undefined;
    const transport = new WorkerChannelTransport(id, this.#postMessage, this.#owner, () => {
      this.#transports.delete(id);
      if (!this.isInUse) this.#owner.onUnused();
    });
    this.#transports.set(id, transport);
    return transport;
  }

  createPending(endpoint: EndpointAdapter): PendingTransport {
    const id = uniqueNumber();
    const transport = this.acceptNumber(id);
    if (transport === undefined) return this.createPending(endpoint);
    transport.hold();
    return {
      transport,
      open: (name, notSent, peer) => {
        endpoint.send(frames.handshake(frames.OPEN, name, id, liveness()?.agentId));
        transport.open(notSent, peer);
      },
      abort: (discard) => {
        transport.abort(discard);
      },
    };
  }

  /** True if it was a frame for one of these transports. */
  receive(data: unknown): boolean {
    if (!Array.isArray(data)) return false;
    const transport = this.#transports.get(data[data.length - 1] as number);
    if (transport === undefined) return false;
    data.pop();
    transport.receive(data);
    return true;
  }

  /** The worker has ended. */
  peerLost(): void {
    for (const transport of [...this.#transports.values()]) transport.notifyPeerLost();
  }

  /** A message came in that cannot be deserialized: it may have been a frame for any of them. */
  unreadable(): void {
    for (const transport of [...this.#transports.values()]) transport.receive(undefined);
  }
}

class WorkerChannelTransport extends ClosingTransport {
  readonly #id: number;
  readonly #postMessage: PostFunction;
  readonly #owner: ChannelOwner;
  readonly #forget: () => void;
  /** Frames that came in before start(). */
  #early: unknown[] | undefined = [];
  /** Frames that were sent since hold(), and wait until the transport is opened. */
  #unsent: Unsent[] | undefined;

  constructor(id: number, postMessage: PostFunction, owner: ChannelOwner, forget: () => void) {
    super();
    this.#id = id;
    this.#postMessage = postMessage;
    this.#owner = owner;
    this.#forget = forget;
  }

  onHolderKnown(learned: (agentId: string) => void): void {
    const holderId = this.#owner.holderId();
    if (holderId !== undefined) learned(holderId);
  }

  send(frame: frames.Frame, transfer?: readonly object[]): void {
    // Left undefined where nothing moves: an empty list would make each message slower.
    const list = transfer as Transferable[] | undefined;
    if (this.#unsent === undefined) {
      // To append to the same array is faster than to wrap or copy it. The receiver removes the
      // number.
      (frame as unknown[]).push(this.#id);
      this.#postMessage(frame, list);
    } else {
      const unsent = structuredClone({ frame, transfer }, { transfer: list ?? [] });
      trackMoved(transfer, unsent.transfer);
      this.#unsent.push(unsent);
    }
  }

  hold(): void {
    this.#unsent = [];
  }

  /** Sends the frames that wait: see {@link PendingTransport.open}. */
  open(notSent: (frame: frames.Frame, cause: unknown) => void, peer: string | undefined): void {
    const unsent = this.#unsent ?? [];
    this.#unsent = undefined;
    const failed: [frames.Frame, unknown][] = [];
    for (const { frame, transfer } of unsent) {
      try {
        announceHolder(transfer ?? [], peer);
        this.send([...frame], transfer);
      } catch (cause) {
        failed.push([frame, cause]);
      }
    }
    // After the others, because new frames may take the place of the failed ones.
    for (const [frame, cause] of failed) notSent(frame, cause);
  }

  /** Discards the frames that wait, and all later ones, unless the transport was opened. */
  abort(discard: (frame: unknown) => void): void {
    const unsent = this.#unsent;
    if (unsent === undefined) return;
    this.hold();
    this.markPeerClosed();
    for (const { frame } of unsent) discard(frame);
  }

  override receive(frame: unknown): void {
    if (this.#early === undefined) super.receive(frame);
    else this.#early.push(frame);
  }

  protected read(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const frame of early) this.receive(frame);
  }

  protected discard(data: unknown): void {
    closePortsIn(data);
  }

  protected release(): void {
    this.#forget();
  }
}

interface Unsent {
  frame: frames.Frame;
  transfer: readonly object[] | undefined;
}
