/**
 * The direct line: between a dedicated worker and whoever made it, the Worker's own channel is the
 * fastest. Lines over it share it with one another and with the user's own messages: each frame
 * goes with the number of its line, which the side that dials chooses.
 */
import type { Dial, Endpoint } from '../core/endpoint.js';
import { movedInto, sendOn } from '../core/given.js';
import { life } from '../core/link.js';
import { QuietLink } from '../core/quiet-link.js';
import * as wire from '../core/wire.js';

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

export class DirectLines {
  readonly #channel: Channel;
  /** Told when no line is left. */
  readonly #idle: () => void;
  readonly #lines = new Map<number, DirectLink>();

  constructor(channel: Channel, idle: () => void) {
    this.#channel = channel;
    this.#idle = idle;
  }

  get busy(): boolean {
    return this.#lines.size > 0;
  }

  /** Undefined for a number that another line has. */
  answer(id: number): DirectLink | undefined {
    if (this.#lines.has(id)) return undefined;
    const link = new DirectLink(id, this.#channel, () => {
      this.#lines.delete(id);
      if (!this.busy) this.#idle();
    });
    this.#lines.set(id, link);
    return link;
  }

  dial(endpoint: Endpoint): Dial {
    const id = nextNumber();
    const link = this.answer(id);
    return link === undefined ? this.dial(endpoint) : new DirectDial(endpoint, id, link);
  }

  /** True if it was a frame for one of these lines. */
  receive(data: unknown): boolean {
    if (!Array.isArray(data)) return false;
    const link = this.#lines.get(data[data.length - 1] as number);
    if (link === undefined) return false;
    data.pop();
    link.receive(data);
    return true;
  }

  /** Something came that cannot be read here: it may have been a frame of any of them. */
  unreadable(): void {
    for (const link of [...this.#lines.values()]) link.receive(undefined);
  }
}

class DirectLink extends QuietLink {
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
  send(frame: wire.Frame, transfer?: readonly object[]): void {
    const moves = transfer as Transferable[] | undefined;
    if (this.#unsent === undefined) {
      // One array, and the same: faster than one in another, or a copy. The number is taken off at
      // the far end.
      (frame as unknown[]).push(this.#id);
      this.#channel.postMessage(frame, moves);
    } else {
      const unsent = structuredClone({ frame, transfer }, { transfer: moves ?? [] });
      movedInto(transfer, unsent.transfer);
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
  frame: wire.Frame;
  transfer: readonly object[] | undefined;
}

class DirectDial implements Dial {
  readonly link: DirectLink;
  waits = true;
  readonly #endpoint: Endpoint;
  readonly #id: number;

  constructor(endpoint: Endpoint, id: number, link: DirectLink) {
    this.#endpoint = endpoint;
    this.#id = id;
    this.link = link;
    link.keep([]);
  }

  open(name: string, notSent: (frame: wire.Frame, cause: unknown) => void, peer?: string): void {
    this.waits = false;
    this.#endpoint.send(wire.signal(wire.OPEN, name, this.#id, life()?.name));
    const failed: [wire.Frame, unknown][] = [];
    for (const { frame, transfer } of this.link.keep()) {
      try {
        sendOn(transfer ?? [], peer);
        this.link.send([...frame], transfer);
      } catch (cause) {
        failed.push([frame, cause]);
      }
    }
    // Not before all that came first has been sent: others may take their place.
    for (const [frame, cause] of failed) notSent(frame, cause);
  }

  abandon(giveUp: (frame: unknown) => void): void {
    if (!this.waits) return;
    this.waits = false;
    this.link.cut();
    for (const { frame } of this.link.keep([])) giveUp(frame);
  }
}
