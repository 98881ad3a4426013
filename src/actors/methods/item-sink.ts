import { closePortsIn, PostClient, type PortLike } from '../../core/internal.js';
import type { PackedValue } from '../references/pack-references.js';
import { byReference } from './by-reference.js';
import { olderCaller, sendError } from './call-errors.js';
import { Transferred } from './transferred.js';

/** Takes the references out of an item. */
type Pack = (item: unknown, transfer: readonly object[]) => PackedValue | undefined;

/** Where the items of a stream go, or the progress of a call. */
export class ItemSink {
  readonly #client: PostClient;
  readonly #what: string;
  readonly #mode: unknown;
  readonly #pack: Pack;
  /** How many items were posted. */
  sent = 0;

  private constructor(client: PostClient, what: string, mode: unknown, pack: Pack) {
    this.#client = client;
    this.#what = what;
    this.#mode = mode;
    this.#pack = pack;
  }

  /**
   * Takes up the port of the caller. `what` names an item in error messages; `mode` is that of the
   * call.
   */
  static open(port: PortLike, what: string, mode: unknown, pack: Pack): ItemSink {
    return new ItemSink(PostClient.from(port), what, mode, pack);
  }

  /** Fulfils when the caller has room for an item. */
  ready(): Promise<void> {
    return this.#client.ready();
  }

  /** Throws `ServerDisappeared` if the caller has left. */
  post(item: unknown): void {
    if (item instanceof Transferred) this.#send(item.value, item.transfer);
    else this.#send(item, NO_TRANSFER);
    this.sent++;
  }

  close(): void {
    this.#client.close();
  }

  #send(value: unknown, transfer: readonly object[]): void {
    let packed: PackedValue | undefined;
    try {
      packed = this.#pack(value, transfer);
      if (packed === undefined) this.#client.post(value, { transfer });
      else this.#sendPacked(packed, transfer);
    } catch (error) {
      if (packed !== undefined) closePortsIn(packed.ports);
      throw sendError(error, this.#what, packed === undefined ? 0 : 1);
    }
  }

  #sendPacked(packed: PackedValue, transfer: readonly object[]): void {
    // The first build would take the message itself for the item.
    if (this.#mode === undefined) throw olderCaller(this.#what, true);
    this.#client.post(byReference(packed), { transfer: [...transfer, ...packed.ports] });
  }
}

const NO_TRANSFER: readonly object[] = [];
