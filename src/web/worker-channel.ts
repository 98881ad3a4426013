/**
 * The direct line: between a dedicated worker and whoever made it, the Worker's own channel is the
 * fastest. Lines over it share it with one another and with the user's own messages: each frame
 * goes with the number of its line, which the side that dials chooses.
 */
import type { PendingTransport, Endpoint } from '../core/connect/endpoint.js';
import { trackMoved, announceHolder } from '../core/transport/port-holders.js';
import { liveness } from '../core/transport/driver.js';
import { ClosingTransport } from './closing-transport.js';
import * as frames from '../core/protocol/frames.js';

interface Channel {
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

/**
 * Counts on from where chance has put this copy of the package: the other side dials as well, and
 * so may another copy here, and no two may choose one number. A page can replace `Math.random`.
 */
let last: number | undefined;

function nextNumber(): number {
  if (last === undefined) {
    const [low = 0, high = 0] = crypto.getRandomValues(new Uint32Array(2));
    last = (high >>> 12) * 2 ** 32 + low;
  }
  return ++last;
}

export class WorkerChannel {
  readonly #channel: Channel;
  /** Told when no line is left. */
  readonly #idle: () => void;
  readonly #transports = new Map<number, WorkerChannelTransport>();

  constructor(channel: Channel, idle: () => void) {
    this.#channel = channel;
    this.#idle = idle;
  }

  get isInUse(): boolean {
    return this.#transports.size > 0;
  }

  /** Undefined for a number that another line has. */
  acceptNumber(id: number): WorkerChannelTransport | undefined {
    if (this.#transports.has(id)) return undefined;
    const transport = new WorkerChannelTransport(id, this.#channel, () => {
      this.#transports.delete(id);
      if (!this.isInUse) this.#idle();
    });
    this.#transports.set(id, transport);
    return transport;
  }

  createPending(endpoint: Endpoint): PendingTransport {
    const id = nextNumber();
    const transport = this.acceptNumber(id);
    return transport === undefined
      ? this.createPending(endpoint)
      : new PendingWorkerTransport(endpoint, id, transport);
  }

  /** True if it was a frame for one of these lines. */
  receive(data: unknown): boolean {
    if (!Array.isArray(data)) return false;
    const transport = this.#transports.get(data[data.length - 1] as number);
    if (transport === undefined) return false;
    data.pop();
    transport.receive(data);
    return true;
  }

  /** Something came that cannot be read here: it may have been a frame of any of them. */
  unreadable(): void {
    for (const transport of [...this.#transports.values()]) transport.receive(undefined);
  }
}

class WorkerChannelTransport extends ClosingTransport {
  readonly #id: number;
  readonly #channel: Channel;
  readonly #forget: () => void;
  /** Came before anybody read it. */
  #early: unknown[] | undefined = [];
  /** Sent before the line was opened. */
  #unsent: Unsent[] | undefined = undefined;

  constructor(id: number, channel: Channel, forget: () => void) {
    super();
    this.#id = id;
    this.#channel = channel;
    this.#forget = forget;
  }

  // An empty list of what moves would be walked by the engine for every message.
  send(frame: frames.Frame, transfer?: readonly object[]): void {
    const moves = transfer as Transferable[] | undefined;
    if (this.#unsent === undefined) {
      // One array, and the same: faster than one in another, or a copy. The number is taken off at
      // the far end.
      (frame as unknown[]).push(this.#id);
      this.#channel.postMessage(frame, moves);
    } else {
      const unsent = structuredClone({ frame, transfer }, { transfer: moves ?? [] });
      trackMoved(transfer, unsent.transfer);
      this.#unsent.push(unsent);
    }
  }

  /** Is what is sent to wait from now on? Returns what has waited so far. */
  keep(unsent?: Unsent[]): Unsent[] {
    const kept = this.#unsent ?? [];
    this.#unsent = unsent;
    return kept;
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

  protected end(): void {
    this.#forget();
  }
}

interface Unsent {
  frame: frames.Frame;
  transfer: readonly object[] | undefined;
}

class PendingWorkerTransport implements PendingTransport {
  readonly transport: WorkerChannelTransport;
  isPending = true;
  readonly #endpoint: Endpoint;
  readonly #id: number;

  constructor(endpoint: Endpoint, id: number, transport: WorkerChannelTransport) {
    this.#endpoint = endpoint;
    this.#id = id;
    this.transport = transport;
    transport.keep([]);
  }

  open(name: string, notSent: (frame: frames.Frame, cause: unknown) => void, peer?: string): void {
    this.isPending = false;
    this.#endpoint.send(frames.handshake(frames.OPEN, name, this.#id, liveness()?.agentId));
    const failed: [frames.Frame, unknown][] = [];
    for (const { frame, transfer } of this.transport.keep()) {
      try {
        announceHolder(transfer ?? [], peer);
        this.transport.send([...frame], transfer);
      } catch (cause) {
        failed.push([frame, cause]);
      }
    }
    // Not before all that came first has been sent: others may take their place.
    for (const [frame, cause] of failed) notSent(frame, cause);
  }

  abort(giveUp: (frame: unknown) => void): void {
    if (!this.isPending) return;
    this.isPending = false;
    this.transport.markPeerClosed();
    for (const { frame } of this.transport.keep([])) giveUp(frame);
  }
}
