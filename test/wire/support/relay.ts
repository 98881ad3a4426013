/**
 * Joins two ports, so that a test sees, holds back or loses every frame that passes between the two
 * ends of a connection. Nothing of the library is replaced: both ends use real ports.
 */
import { MessageChannel, MessagePort } from 'node:worker_threads';

/** One of the two ends. */
export type Side = 0 | 1;

export const across = (side: Side): Side => (side === 0 ? 1 : 0);

/** All ports inside a value, which must be in the transfer list to forward it. */
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

/** The ports in a lost frame are lost as well. */
function lose(frame: unknown): void {
  for (const port of portsIn(frame)) port.close();
}

/** A port whose other end is closed. */
function deadPort(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
}

/** The frame with each port replaced by a dead one, also inside a forwarded frame. */
function withDeadPorts(frame: unknown): unknown {
  if (frame instanceof MessagePort) return deadPort();
  return Array.isArray(frame) ? frame.map(withDeadPorts) : frame;
}

export interface RelayWatcher {
  /** A frame from this side waits to be passed on. */
  came(relay: Relay, from: Side): void;
  /** Both ends have been closed. */
  ended(relay: Relay): void;
}

export class Relay {
  /** The frames from each side that were not passed on yet. */
  readonly waiting: [unknown[], unknown[]] = [[], []];
  readonly #ports: [MessagePort, MessagePort];
  readonly #watcher: RelayWatcher;
  /** Whether each side has closed its end or is dead. */
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

  /** Passes on the oldest frame of this side; after the last one, its close. */
  pass(from: Side, edit: (frame: unknown) => unknown = (frame) => frame): void {
    const frame = edit(this.waiting[from].shift());
    // A closed end receives nothing: frames in transit to it are lost, with their ports.
    if (this.#closed[across(from)] === true) lose(frame);
    else this.#send(across(from), frame);
    this.#endIfDone();
  }

  #send(to: Side, frame: unknown): void {
    try {
      this.#ports[to].postMessage(frame, portsIn(frame));
    } catch {
      // A port in the frame has closed in transit. Without the relay the frame would arrive
      // nevertheless.
      const dead = withDeadPorts(frame);
      this.#ports[to].postMessage(dead, portsIn(dead));
    }
  }

  /** This side dies: frames that it has sent still arrive, frames to it do not. */
  kill(side: Side): void {
    this.#ports[side].close();
    this.#sideClosed(side);
  }

  /** Both sides die, and all frames in transit are lost. */
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

/** A new channel with a relay in its middle: the two outer ends, and the relay. */
export function relayedChannel(watcher: RelayWatcher): {
  ports: [MessagePort, MessagePort];
  relay: Relay;
} {
  const near = new MessageChannel();
  const far = new MessageChannel();
  const relay = new Relay([near.port2, far.port1], watcher);
  return { ports: [near.port1, far.port2], relay };
}

/** One turn of the event loop, after which every message in transit has arrived. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
