/**
 * Two ports joined by hand, so that a test sees, holds back, or loses every frame that passes between
 * the two ends of a line. Nothing of the library is replaced: both ends speak to real ports.
 */
import { MessageChannel, MessagePort } from 'node:worker_threads';

/** Which end of the line. */
export type Side = 0 | 1;

export const across = (side: Side): Side => (side === 0 ? 1 : 0);

/** Every port that sits anywhere in a value; a forwarder must name them all. */
export function portsIn(value: unknown): MessagePort[] {
  const seen = new Set<unknown>();
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part) || seen.has(part))
      return;
    seen.add(part);
    if (!(part instanceof MessagePort)) Object.values(part).forEach(visit);
  };
  visit(value);
  return [...seen].filter((part) => part instanceof MessagePort);
}

/** What a lost frame carried is lost with it. */
function lose(frame: unknown): void {
  for (const port of portsIn(frame)) port.close();
}

/** A port whose other end is gone. */
function corpse(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}

/** The frame with a dead port for each that it carries, be it inside a forwarded frame. */
function buried(frame: unknown): unknown {
  if (frame instanceof MessagePort) return corpse();
  return Array.isArray(frame) ? frame.map(buried) : frame;
}

export interface RelayWatcher {
  /** A frame has come from this side and waits to be passed on. */
  came(relay: Relay, from: Side): void;
  /** Both ends have been closed. */
  ended(relay: Relay): void;
}

export class Relay {
  /** Frames that have come from this side and were not passed on yet. */
  readonly waiting: [unknown[], unknown[]] = [[], []];
  readonly #ports: [MessagePort, MessagePort];
  readonly #watcher: RelayWatcher;
  /** Sides that have closed their end, or are dead. */
  readonly #closed = [false, false];
  #over = false;

  constructor(ports: [MessagePort, MessagePort], watcher: RelayWatcher) {
    this.#ports = ports;
    this.#watcher = watcher;
    for (const side of [0, 1] as const) {
      ports[side].on('message', (frame: unknown) => {
        if (this.#closed[side] === true || this.#closed[across(side)] === true) {
          lose(frame);
          return;
        }
        this.waiting[side].push(frame);
        watcher.came(this, side);
      });
      ports[side].on('close', () => this.#sideClosed(side));
    }
  }

  get over(): boolean {
    return this.#over;
  }

  /** Passes on the oldest frame that came from this side; after the last one, its close. */
  pass(from: Side, edit: (frame: unknown) => unknown = (frame) => frame): void {
    const frame = edit(this.waiting[from].shift());
    // A closed end takes nothing any more: what was on its way to it is lost, ports included.
    if (this.#closed[across(from)] === true) lose(frame);
    else this.#send(across(from), frame);
    this.#endIfDone();
  }

  #send(to: Side, frame: unknown): void {
    try {
      this.#ports[to].postMessage(frame, portsIn(frame));
    } catch {
      // Its port died on the way, which nobody could see had it been under way without us.
      const dead = buried(frame);
      this.#ports[to].postMessage(dead, portsIn(dead));
    }
  }

  /** This side dies: what it has sent still arrives, what is on its way to it does not. */
  kill(side: Side): void {
    this.#ports[side].close();
    this.#sideClosed(side);
  }

  /** The whole line is lost, with all that was on its way. */
  cut(): void {
    this.kill(0);
    this.kill(1);
  }

  #sideClosed(side: Side): void {
    if (this.#closed[side] === true) return;
    this.#closed[side] = true;
    for (const frame of this.waiting[across(side)].splice(0)) {
      lose(frame);
    }
    this.#endIfDone();
  }

  #endIfDone(): void {
    for (const side of [0, 1] as const) {
      if (this.#closed[side] !== true || this.waiting[side].length > 0) continue;
      if (this.#over) return;
      this.#over = true;
      this.#closed[across(side)] = true;
      for (const port of this.#ports) port.close();
      this.#watcher.ended(this);
    }
  }
}

/** A fresh line with a relay in its middle: the two outer ends, and what stands between. */
export function relayedChannel(watcher: RelayWatcher): {
  ports: [MessagePort, MessagePort];
  relay: Relay;
} {
  const near = new MessageChannel();
  const far = new MessageChannel();
  const relay = new Relay([near.port2, far.port1], watcher);
  return { ports: [near.port1, far.port2], relay };
}

/** One turn of the event loop: every message that was on its way has arrived. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
