/** Records the frames between two or more ports as readable text. */
import { MessageChannel, MessagePort } from 'node:worker_threads';
import {
  Relay,
  across,
  relayedChannel,
  turn,
  type RelayWatcher,
  type Side,
} from '../support/relay.js';

// By number on the wire: a changed number shows in every transcript.
const FRAMES = (
  'HELLO REFUSE BYE POST REQ CANCEL ADD_CLIENT UPGRADE REDIRECTED REPLY FAIL ERR MOVED GOAWAY ' +
  'CREDIT REDIRECT ADOPTED STATE CLIENT_PORT FORWARD CLIENT_DONE LIVENESS FIN PING PONG DOORBELL ' +
  'HANDLER_ERROR PROBE UNREAD'
).split(' ');
const HANDSHAKE = ['KNOCK', 'ANNOUNCE', 'OPEN', 'CLOSED'];
/** After this many turns of the event loop without a frame, a step is complete. */
const QUIET_TURNS = 5;

type Parties = [string, string];

interface Recorded {
  number: number;
  parties: Parties;
  frames: [string[], string[]];
  ended: boolean;
}

/**
 * The two parties of a connection that begins with a port in a frame, and the one that gets the
 * port.
 */
const NEW_CONNECTIONS: Record<string, { parties: Parties; taker: Side }> = {
  ADD_CLIENT: { parties: ['client', 'server'], taker: 1 },
  MOVED: { parties: ['caller', 'replier'], taker: 0 },
  REDIRECT: { parties: ['client', 'new host'], taker: 0 },
  REPLY: { parties: ['client', 'server'], taker: 0 },
  OPEN: { parties: ['client', 'server'], taker: 1 },
};

const isStack = (text: string): boolean => /\n\s+at /.test(text);

export class Transcript implements RelayWatcher {
  readonly #connections = new Map<Relay, Recorded>();
  /** The ports inside frames, with the numbers of their connections. */
  readonly #shown = new WeakMap<MessagePort, string>();
  readonly #text: string[];
  #activity = 0;
  #lastNumber = 0;

  constructor(title: string) {
    this.#text = [`# ${title}`];
  }

  get text(): string {
    return `${this.#text.join('\n')}\n`;
  }

  /** A connection whose frames are recorded. */
  connection(...parties: Parties): [MessagePort, MessagePort] {
    const { ports, relay } = relayedChannel(this);
    this.#add(relay, parties);
    return ports;
  }

  /** Puts a relay between a transferred port and its new owner. */
  between(port: MessagePort, ...parties: Parties): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#add(new Relay([port, port1], this), parties);
    return port2;
  }

  /** Acts, waits until no more frames come, and records the frames. */
  async step(name: string, action: () => unknown): Promise<void> {
    await action();
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      const before = this.#activity;
      await turn();
      if (this.#activity !== before) quiet = -1;
    }
    this.#text.push('', `## ${name}`);
    // By connection and direction, because the platform decides in which order it serves ports.
    for (const [relay, recorded] of this.#connections) {
      for (const frames of recorded.frames) this.#text.push(...frames.splice(0));
      if (!recorded.ended) continue;
      this.#connections.delete(relay);
      this.#text.push(`${recorded.number} (closed)`);
    }
  }

  /** Ends the scenario, so that nothing keeps the process alive. */
  close(): void {
    for (const relay of this.#connections.keys()) relay.cut();
  }

  came(relay: Relay, from: Side): void {
    this.#activity++;
    relay.pass(from, (frame) => this.#write(relay, from, frame as unknown[]));
  }

  ended(relay: Relay): void {
    this.#activity++;
    this.#connections.get(relay)!.ended = true;
  }

  #add(relay: Relay, parties: Parties): Recorded {
    const number = ++this.#lastNumber;
    const recorded: Recorded = { number, parties, frames: [[], []], ended: false };
    this.#connections.set(relay, recorded);
    return recorded;
  }

  #write(relay: Relay, from: Side, frame: unknown[]): unknown {
    const { number, parties, frames } = this.#connections.get(relay)!;
    const name = frame[0] === 'ump-ng' ? HANDSHAKE[frame[2] as number] : FRAMES[frame[0] as number];
    const passed = frame.map((part) => this.#tapped(name!, part));
    const who = `${number} ${parties[from]} → ${parties[across(from)]}`;
    frames[from].push(`${who.padEnd(22)} ${name!.padEnd(13)} ${this.#show(passed)}`);
    return passed;
  }

  /** Puts a relay behind the port of a connection that begins with this frame. */
  #tapped(name: string, part: unknown): unknown {
    const begun = NEW_CONNECTIONS[name];
    if (!(part instanceof MessagePort) || begun === undefined) return part;
    const { port1, port2 } = new MessageChannel();
    const ends: [MessagePort, MessagePort] = begun.taker === 0 ? [port1, part] : [part, port1];
    const { number } = this.#add(new Relay(ends, this), begun.parties);
    this.#shown.set(port2, `<connection ${number}>`);
    return port2;
  }

  #show(value: unknown, seen = new Map<object, string>()): string {
    if (typeof value === 'string') return isStack(value) ? '<stack>' : JSON.stringify(value);
    if (typeof value !== 'object' || value === null)
      return Object.is(value, -0) ? '-0' : String(value);
    const known = seen.get(value);
    if (known !== undefined) return known;
    const show = (part: unknown): string => this.#show(part, seen);
    if (value instanceof MessagePort) return this.#shown.get(value) ?? '<port>';
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    if (kind === 'ArrayBuffer') return `<buffer of ${(value as ArrayBuffer).byteLength} bytes>`;
    // A repeated or circular part is shown by number.
    seen.set(value, `<${kind.toLowerCase()} ${seen.size + 1} again>`);
    if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
    const fields = Object.entries(value).map(([key, field]) => `${key}: ${show(field)}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
}
