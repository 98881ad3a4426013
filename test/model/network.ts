/**
 * A network inside one thread: every channel that the library makes has a relay in its middle,
 * which holds each frame back until the test passes it on. So a seed decides in which order
 * connections are served, and where one breaks. The library itself is unchanged.
 */
import {
  Relay,
  relayedChannel,
  turn,
  type RelayWatcher,
  type Side,
} from '../wire/support/relay.js';

type Way = [relay: Relay, from: Side];

export class Network implements RelayWatcher {
  readonly #open = new Set<Relay>();
  readonly #original = globalThis.MessageChannel;
  #activity = 0;

  install(): void {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- a class cannot be an arrow function
    const network = this;
    const Channel = class {
      readonly port1: unknown;
      readonly port2: unknown;

      constructor() {
        const { ports, relay } = relayedChannel(network);
        network.#open.add(relay);
        [this.port1, this.port2] = ports;
      }
    };
    globalThis.MessageChannel = Channel as unknown as typeof MessageChannel;
  }

  uninstall(): void {
    globalThis.MessageChannel = this.#original;
    for (const relay of this.#open) relay.cut();
  }

  came(): void {
    this.#activity++;
  }

  ended(relay: Relay): void {
    this.#activity++;
    this.#open.delete(relay);
  }

  /** The number of connections that have not been closed. */
  get connections(): number {
    return this.#open.size;
  }

  /** Waits until all frames have reached their relays, and the library has reacted. */
  async rest(): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet++) {
      const before = this.#activity;
      await turn();
      if (this.#activity !== before) quiet = -1;
    }
  }

  #ways(): Way[] {
    const ways: Way[] = [];
    for (const relay of this.#open) {
      for (const side of [0, 1] as const)
        if (relay.waiting[side].length > 0) ways.push([relay, side]);
    }
    return ways;
  }

  /** Passes one frame on; false if there is none. */
  async step(pick: number): Promise<boolean> {
    const ways = this.#ways();
    const way = ways[pick % ways.length];
    if (way === undefined) return false;
    way[0].pass(way[1]);
    await this.rest();
    return true;
  }

  /** Passes all frames on, and the frames that they cause. */
  async flush(): Promise<void> {
    for (;;) {
      await this.rest();
      const ways = this.#ways();
      if (ways.length === 0) return;
      for (const [relay, side] of ways) if (relay.waiting[side].length > 0) relay.pass(side);
    }
  }

  /** One end of a connection dies: it receives nothing any more. */
  async kill(pick: number): Promise<boolean> {
    const relays = [...this.#open];
    const relay = relays[(pick >> 1) % relays.length];
    relay?.kill((pick & 1) as Side);
    await this.rest();
    return relay !== undefined;
  }
}
