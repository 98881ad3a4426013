/**
 * The transport of a connection that can use lanes, over the one of the platform. Each end names in
 * HELLO the lanes that it can use, as features, and uses the first of its own that the peer can use
 * as well, from the HELLO of the peer on. The end that wishes for a lane says so in the terms, and
 * refuses a peer that does not offer it.
 */
import {
  ADD_CLIENT,
  HELLO,
  isList,
  LIVENESS,
  MAGIC,
  MOVED,
  PACKED,
  REFUSE,
  type Frame,
  type FrameReceiver,
  type Hello,
  type Lane,
  type Transport,
} from '../core/internal.js';
import { IncomingFrames } from './incoming-frames.js';
import { OutgoingFrames } from './outgoing-frames.js';

const FEATURE = 'lane:';

/** The index of the terms in HELLO. */
const TERMS = 4;
/** The indexes of the features and of the wish in the terms. */
const FEATURE_LIST = 2;
const WISH = 3;
/** The index of the lane in LIVENESS. */
const PORT_LANE = 6;

export class LaneTransport implements Transport, FrameReceiver {
  readonly carrier: Transport;
  /** The name of the lane that both ends have agreed on. */
  lane: string | undefined;
  readonly #lanes: readonly Lane[];
  readonly #wish: string | undefined;
  #receiver: FrameReceiver | undefined;
  #outgoing: OutgoingFrames | undefined;
  #incoming: IncomingFrames | undefined;

  constructor(carrier: Transport, lanes: readonly Lane[], isWish: boolean) {
    this.carrier = carrier;
    this.#lanes = lanes;
    this.#wish = isWish ? lanes[0]?.name : undefined;
  }

  // ── sending ────────────────────────────────────────────────────────────────────────────────────

  send(frame: Frame, transfer?: readonly object[]): void {
    const sent = frame[0] === HELLO ? this.#withLanes(frame) : frame;
    if (frame[0] === ADD_CLIENT) this.#nameLane(frame[1]);
    else if (frame[0] === MOVED) this.#nameLane(frame[2]);
    if (this.#outgoing === undefined) this.carrier.send(sent, transfer);
    else this.#outgoing.send(sent, transfer);
  }

  /** Tells the agent that gets the other end of this port which lane its peer can use. */
  #nameLane(port: { postMessage(message: unknown): void }): void {
    const none = undefined;
    if (this.lane !== none) port.postMessage([LIVENESS, none, none, none, none, none, this.lane]);
  }

  #withLanes(hello: Hello): Hello {
    const [tag, magic, version, role, [lowest, capacity, features], ...rest] = hello;
    const all = [...features, ...this.#lanes.map(({ name }) => FEATURE + name)];
    const terms: Hello[4] = [lowest, capacity, all];
    if (this.#wish !== undefined) terms.push(this.#wish);
    return [tag, magic, version, role, terms, ...rest];
  }

  // ── receiving ──────────────────────────────────────────────────────────────────────────────────

  start(receiver: FrameReceiver): void {
    this.#receiver = receiver;
    this.#incoming = new IncomingFrames(receiver);
    this.carrier.start(this);
  }

  receive(data: unknown): void {
    const isFrame = Array.isArray(data);
    if (isFrame && data[0] === PACKED && this.lane !== undefined) this.#incoming?.receive(data);
    else {
      this.#incoming?.flush();
      const refusal = isFrame ? this.#negotiate(data) : undefined;
      if (refusal === undefined) this.#receiver?.receive(data);
      else this.#refuse(refusal);
    }
  }

  /** Looks at a frame that is not validated yet; returns why this end refuses the peer. */
  #negotiate(frame: unknown[]): string | undefined {
    if (frame[0] === HELLO && frame[1] === MAGIC) return this.#onHello(frame);
    const portLane = frame[0] === LIVENESS ? frame[PORT_LANE] : undefined;
    if (this.#wish === undefined || portLane === undefined || portLane === this.#wish) {
      return undefined;
    }
    return `the port is of the lane ${textOf(portLane)}, not of ${this.#wish}`;
  }

  #onHello(hello: unknown[]): string | undefined {
    const terms = hello[TERMS];
    // The validation of the frame finds the fault.
    if (this.lane !== undefined || !isList(terms)) return undefined;
    const features = isList(terms[FEATURE_LIST]) ? terms[FEATURE_LIST] : [];
    const own = this.#lanes.map(({ name }) => name);
    const agreed = own.find((name) => features.includes(FEATURE + name));
    const theirWish = terms[WISH];
    if (theirWish !== undefined) {
      if (theirWish !== agreed) return notOffered(textOf(theirWish), own);
      hello[TERMS] = terms.slice(0, WISH);
    }
    if (this.#wish !== undefined && agreed === undefined) {
      return notOffered(this.#wish, lanesAmong(features));
    }
    if (agreed !== undefined) {
      this.lane = agreed;
      this.#outgoing = new OutgoingFrames(this.carrier);
    }
    return undefined;
  }

  #refuse(reason: string): void {
    this.carrier.send([REFUSE, reason]);
    this.#receiver?.receive([REFUSE, reason]);
  }

  peerLost(): void {
    this.#incoming?.flush();
    this.#receiver?.peerLost();
  }

  // ── what the carrier does ──────────────────────────────────────────────────────────────────────

  close(closed?: () => void): void {
    this.#outgoing?.flush();
    this.#incoming?.end();
    this.carrier.close(closed);
  }

  markPeerClosed(): void {
    this.carrier.markPeerClosed();
  }

  setRef(yes: boolean): void {
    this.carrier.setRef(yes);
  }

  poll(): boolean {
    this.#outgoing?.flush();
    this.#incoming?.flush();
    return this.carrier.poll();
  }

  onHolderKnown(learned: (agentId: string) => void): void {
    this.carrier.onHolderKnown?.(learned);
  }

  setSpin(microseconds: number): void {
    this.carrier.setSpin?.(microseconds);
  }

  setPeerDoorbell(memory: SharedArrayBuffer): void {
    this.carrier.setPeerDoorbell?.(memory);
  }

  onProbe(thread: number, count: number): void {
    this.carrier.onProbe?.(thread, count);
  }

  get isPeerBlocked(): boolean {
    return this.carrier.isPeerBlocked === true;
  }

  get isSameThread(): boolean {
    return this.carrier.isSameThread === true;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '?');

const lanesAmong = (features: readonly unknown[]): string[] =>
  features
    .filter((feature) => typeof feature === 'string')
    .filter((feature) => feature.startsWith(FEATURE))
    .map((feature) => feature.slice(FEATURE.length));

function notOffered(wish: string, offered: readonly string[]): string {
  const names = offered.length === 0 ? 'none' : offered.join(', ');
  return `the peer does not offer the lane ${wish}: it offers ${names}`;
}
