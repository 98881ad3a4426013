/**
 * The carriers of a client's line: usually one for its whole life. When the server moves, the line
 * switches to a second one; the first stays until its home has answered what it took.
 */
import { Carrier, type CarrierOwner } from './carrier.js';
import { hangUp, type Link } from './link.js';
import type { WorkingPort } from './platform.js';
import * as wire from './wire.js';

export class Carriers {
  /** Where new frames go. */
  current: Carrier;
  readonly first: Carrier;
  readonly #owner: CarrierOwner;
  /** In the order of the server's homes; those that can still answer something. */
  all: Carrier[];

  constructor(owner: CarrierOwner, link: Link) {
    this.#owner = owner;
    this.first = this.current = new Carrier(owner, link);
    this.all = [this.first];
  }

  /** The server moves: this is the last frame by the old way. */
  switchTo(link: Link): void {
    const { peer } = this.current;
    this.current.send([wire.SWITCHED]);
    const carrier = new Carrier(this.#owner, link);
    carrier.order = this.current.order + 1;
    carrier.arriving = true;
    this.current = carrier;
    this.all.push(carrier);
    if (peer !== undefined) carrier.doubt(peer);
  }

  add(port: WorkingPort, kind: wire.Kind): void {
    try {
      if (this.current.dead) hangUp(port);
      else this.current.send([wire.ADD, port, kind], [port]);
    } catch {
      // Whoever was given the other end is dead by now: nobody's client.
    }
  }

  /** The one that was switched to from there. */
  after(carrier: Carrier): Carrier | undefined {
    return this.all[this.all.indexOf(carrier) + 1];
  }

  /** To all: while a server moves, either home may be the one that it concerns. */
  send(frame: wire.Frame): void {
    for (const carrier of this.all) carrier.send([...frame]);
  }

  hold(yes: boolean): void {
    for (const carrier of this.all) carrier.hold(yes);
  }

  /** Those that are dead, and no later home can say any more that it has their requests. */
  lost(): ReadonlySet<Carrier> {
    const lost = new Set<Carrier>();
    for (const carrier of [...this.all].reverse()) {
      if (carrier.arriving) break;
      if (carrier.dead) lost.add(carrier);
    }
    return lost;
  }

  /** These can answer nothing any more, and what was to be answered there has failed. */
  drop(lost: ReadonlySet<Carrier>): void {
    this.all = this.all.filter((carrier) => carrier === this.current || !lost.has(carrier));
  }

  close(): void {
    for (const carrier of this.all) carrier.close();
  }
}
