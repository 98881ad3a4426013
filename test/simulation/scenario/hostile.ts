/** An agent that posts frames which are not valid, or not now, through the ports that it has. */
import type { Agent } from '../agent.js';
import { NodePort } from '../platform/node-port.js';
import { SimulatedPort } from '../platform/ports.js';
import type { Random } from '../random.js';

const MAX_FRAMES = 4;
/** One more than the largest number of a frame's type. */
const TYPES = 28;

const UNKNOWN_AGENT = 'https://a.example ump-ng 1-2-3-4';

class Forgery {
  readonly transfer: object[] = [];
  readonly #agent: Agent;
  readonly #random: Random;

  constructor(agent: Agent, random: Random) {
    this.#agent = agent;
    this.#random = random;
  }

  make(): unknown[] {
    const random = this.#random;
    const { traffic } = this.#agent;
    if (traffic.length === 0 || random.chance(0.25)) return this.#anything();
    const frame = this.#copy(random.pick(traffic)) as unknown[];
    for (let n = random.below(3); n > 0; n--) this.#change(frame);
    return frame;
  }

  #anything(): unknown[] {
    const length = this.#random.below(6);
    return [this.#random.below(TYPES), ...Array.from({ length }, () => this.#value())];
  }

  #change(frame: unknown[]): void {
    const random = this.#random;
    const at = random.below(frame.length + 1);
    const value = frame[at];
    if (Array.isArray(value) && !isMessage(value) && random.chance(0.6)) {
      this.#change(value);
      return;
    }
    switch (random.below(6)) {
      case 0:
      case 1:
        frame[at] = typeof value === 'number' ? value + random.pick([-1, 1]) : this.#value();
        return;
      case 2:
        frame.splice(at, 1);
        return;
      case 3:
        frame.splice(at, 0, this.#value());
        return;
      case 4:
        frame.length = at;
        return;
      default:
        frame[at] = this.#value();
    }
  }

  #value(): unknown {
    const random = this.#random;
    const simple = [undefined, null, -1, 0, 1, 2, 1.5, NaN, 2 ** 31, 2 ** 53, -Infinity, true, 1n];
    const names = ['', 'back', 'ump-ng', 'Aborted', 'NoReply', 'App', '__proto__', UNKNOWN_AGENT];
    switch (random.below(6)) {
      case 0:
      case 1:
        return random.pick<unknown>(simple);
      case 2:
        return random.pick(names);
      case 3:
        return this.#port();
      case 4:
        return Array.from({ length: random.below(3) }, () => this.#value());
      default:
        return random.pick<() => unknown>([
          () => ({}),
          () => new Map([[1, {}]]),
          () => new Date(0),
        ])();
    }
  }

  #port(): SimulatedPort {
    const Port = this.#agent.node === undefined ? SimulatedPort : NodePort;
    const [kept, sent] = Port.pair(this.#agent);
    if (this.#random.chance(0.5)) kept.close();
    this.transfer.push(sent);
    return sent;
  }

  #copy(value: unknown): unknown {
    if (value instanceof SimulatedPort) return this.#port();
    // With the id of another agent it could end that agent's connections: such a claim is trusted.
    if (typeof value === 'string' && value.includes(' ump-ng ')) return UNKNOWN_AGENT;
    if (isMessage(value)) return this.#random.chance(0.5) ? value : 'junk';
    return Array.isArray(value) ? value.map((part) => this.#copy(part)) : value;
  }
}

/** What a scenario sends in a request or a post. Its numbers are not made up. */
const isMessage = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 3 && value.every((part) => typeof part === 'number');

/** Runs in the agent. */
export function attack(agent: Agent, random: Random): void {
  const ports = [...agent.ports].filter((port) => port.isOpen);
  if (ports.length === 0) return;
  const port = random.pick(ports);
  for (let n = 1 + random.below(MAX_FRAMES); n > 0; n--) {
    const forgery = new Forgery(agent, random);
    const frame = forgery.make();
    port.postMessage(frame, forgery.transfer);
  }
}
