/** Writes down what two or more ends say to one another, as text that a person can read. */
import { MessageChannel, MessagePort } from 'node:worker_threads';
import { Relay, across, relayedChannel, turn, type RelayWatcher, type Side } from '../support/relay.js';

// By their place on the wire: a frame that gets another number shows in every transcript.
const FRAMES = (
  'HELLO REFUSE BYE POST REQ CANCEL ADD_CLIENT UPGRADE REDIRECTED REPLY FAIL ERR MOVED GOAWAY ' +
  'CREDIT REDIRECT ADOPTED STATE CLIENT_PORT FORWARD CLIENT_DONE LIVENESS FIN PING PONG DOORBELL ' +
  'HANDLER_ERROR PROBE'
).split(' ');
const SIGNALS = ['KNOCK', 'ANNOUNCE', 'OPEN', 'CLOSED'];
/** So many turns of the event loop without a frame: everybody has said what he had to say. */
const QUIET_TURNS = 5;

type Parties = [string, string];

interface Line {
  number: number;
  parties: Parties;
  said: [string[], string[]];
  ended: boolean;
}

/** Who speaks on a line that begins with a port inside a frame, and which of them gets that port. */
const NEW_LINES: Record<string, { parties: Parties; taker: Side }> = {
  ADD_CLIENT: { parties: ['client', 'server'], taker: 1 },
  MOVED: { parties: ['caller', 'holder'], taker: 0 },
  REDIRECT: { parties: ['client', 'new host'], taker: 0 },
  REPLY: { parties: ['client', 'server'], taker: 0 },
  OPEN: { parties: ['client', 'server'], taker: 1 },
};

const isStack = (text: string): boolean => /\n\s+at /.test(text);

export class Transcript implements RelayWatcher {
  readonly #lines = new Map<Relay, Line>();
  /** The near end of a line that goes on inside a frame, so that its number can be told. */
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

  /** A line of which everything is written down. */
  line(...parties: Parties): [MessagePort, MessagePort] {
    const { ports, relay } = relayedChannel(this);
    this.#add(relay, parties);
    return ports;
  }

  /** Puts itself between a port that was given away and whoever takes it up. */
  between(port: MessagePort, ...parties: Parties): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#add(new Relay([port, port1], this), parties);
    return port2;
  }

  /** Acts, waits until all is quiet, and writes down what was said meanwhile. */
  async step(name: string, action: () => unknown): Promise<void> {
    await action();
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      const before = this.#activity;
      await turn();
      if (this.#activity !== before) quiet = -1;
    }
    this.#text.push('', `## ${name}`);
    // By line and direction: in which order different ports are served is the platform's affair.
    for (const [relay, line] of this.#lines) {
      for (const said of line.said) this.#text.push(...said.splice(0));
      if (!line.ended) continue;
      this.#lines.delete(relay);
      this.#text.push(`${line.number} (closed)`);
    }
  }

  /** The story is over: nothing of it must keep the process. */
  close(): void {
    for (const relay of this.#lines.keys()) relay.cut();
  }

  came(relay: Relay, from: Side): void {
    this.#activity++;
    relay.pass(from, (frame) => this.#write(relay, from, frame as unknown[]));
  }

  ended(relay: Relay): void {
    this.#activity++;
    this.#lines.get(relay)!.ended = true;
  }

  #add(relay: Relay, parties: Parties): Line {
    const number = ++this.#lastNumber;
    const line: Line = { number, parties, said: [[], []], ended: false };
    this.#lines.set(relay, line);
    return line;
  }

  #write(relay: Relay, from: Side, frame: unknown[]): unknown {
    const { number, parties, said } = this.#lines.get(relay)!;
    const name = frame[0] === 'ump-ng' ? SIGNALS[frame[2] as number] : FRAMES[frame[0] as number];
    const passed = frame.map((part) => this.#tapped(name!, part));
    const who = `${number} ${parties[from]} → ${parties[across(from)]}`;
    said[from].push(`${who.padEnd(22)} ${name!.padEnd(13)} ${this.#show(passed)}`);
    return passed;
  }

  /** The port of a line that begins with this frame goes on with a relay behind it. */
  #tapped(name: string, part: unknown): unknown {
    const line = NEW_LINES[name];
    if (!(part instanceof MessagePort) || line === undefined) return part;
    const { port1, port2 } = new MessageChannel();
    const ends: [MessagePort, MessagePort] = line.taker === 0 ? [port1, part] : [part, port1];
    const { number } = this.#add(new Relay(ends, this), line.parties);
    this.#shown.set(port2, `<line ${number}>`);
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
    // What is told a second time, or holds itself, is told by number.
    seen.set(value, `<${kind.toLowerCase()} ${seen.size + 1} again>`);
    if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
    const fields = Object.entries(value).map(([key, field]) => `${key}: ${show(field)}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
}
