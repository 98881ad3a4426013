/** An attacker with its lines: ports whose other ends the victim has, or may get. */
import { isNode, isPort, newChannel, read, type Port } from './platform.js';
import type { Step } from './stories/story.js';
import { Builder } from './values/build.js';

interface Line {
  readonly port: Port;
  /** It was sent to the victim, or closed. */
  isGone: boolean;
}

/** Ports in lists and objects, as many as a library might have put there. */
function portsWithin(value: unknown): Port[] {
  const seen = new Set<unknown>([value]);
  const found: Port[] = [];
  for (const part of seen) {
    if (isPort(part)) found.push(part);
    else if (
      typeof part === 'object' &&
      part !== null &&
      !ArrayBuffer.isView(part) &&
      seen.size < 1000
    ) {
      for (const inner of Object.values(part)) if (typeof inner === 'object') seen.add(inner);
    }
  }
  return found;
}

const MAX_LINES = 3000;
/** The most parts that all messages of a story have together; a message beyond is not sent. */
const MAX_PARTS = 1_000_000;
/** The last frame of a connection, and the last handshake message of a page. */
const GOODBYES = [[22], ['ump-ng', 2, 4, '', false]];

export class Attacker {
  readonly #lines: Line[] = [];
  readonly #numbered = new Map<number, Port>();
  readonly #size: number;
  #hasLeft = false;
  readonly #act: (what: number) => unknown;
  readonly #wait: () => Promise<unknown>;
  /** Messages that have come in. */
  heard = 0;
  /** Messages that were sent, and the parts of these. */
  sent = 0;
  parts = 0;
  /** It has sent an end of a line to the victim, which may not even look at it. */
  hasMovedLines = false;

  constructor(
    lines: readonly Port[],
    size: number,
    act: (what: number) => unknown,
    wait: () => Promise<unknown>,
  ) {
    this.#size = size;
    this.#act = act;
    this.#wait = wait;
    for (const port of lines) this.#addLine(port);
  }

  #addLine(port: Port): void {
    const line = { port, isGone: false };
    this.#lines.push(line);
    if (this.#hasLeft) leaveLine(port);
    read(
      port,
      (message) => {
        this.heard++;
        for (const received of portsWithin(message)) {
          if (this.#lines.length < MAX_LINES) this.#addLine(received);
          else received.close();
        }
      },
      () => {
        line.isGone = true;
      },
    );
  }

  #newPort(number: number | undefined): Port | undefined {
    const known = number === undefined ? undefined : this.#numbered.get(number);
    if (known !== undefined) return known;
    if (this.#lines.length > MAX_LINES) return undefined;
    const { port1, port2 } = newChannel();
    this.#addLine(port2);
    if (number !== undefined) this.#numbered.set(number, port1);
    return port1;
  }

  #lineAt(at: number): Line | undefined {
    return this.#lines[at % this.#lines.length];
  }

  async take(step: Step): Promise<void> {
    switch (step[0]) {
      case 'say':
        this.#say(step[1], step[2], 1);
        break;
      case 'repeat':
        for (let at = 1; at <= step[2] * this.#size; at++) this.#say(step[1], step[3], at);
        break;
      case 'wait':
        await this.#wait();
        break;
      case 'close': {
        const line = this.#lineAt(step[1]);
        if (line !== undefined) leaveLine(line.port);
        break;
      }
      default:
        for (let at = 0; at < (step[2] ?? 1 / this.#size) * this.#size; at++) this.#act(step[1]);
        this.parts += (step[2] ?? 0) * this.#size;
    }
  }

  #say(at: number, message: Parameters<Builder['build']>[0], count: number): void {
    const line = this.#lineAt(at);
    if (line === undefined || this.parts > MAX_PARTS) return;
    const moved: Line[] = [];
    const builder = new Builder({
      size: this.#size,
      count,
      port: (number) => this.#newPort(number),
      line: (number) => {
        const other = this.#lineAt(number);
        // A port that was read is not sent on: engines lose what was in it, or end the process.
        if (!isNode || other === undefined || other === line || other.isGone) return undefined;
        moved.push(other);
        return other.port;
      },
    });
    try {
      const value = builder.build(message);
      this.parts += builder.parts;
      line.port.postMessage(value, [...builder.ports]);
      this.sent++;
      for (const each of moved) each.isGone = this.hasMovedLines = true;
    } catch {
      // The platform cannot clone the value, or a port has been sent before.
    }
  }

  /** As if its thread ended. */
  leave(): void {
    this.#hasLeft = true;
    for (const port of this.#allPorts) leaveLine(port);
  }

  /** Where leave() only says that it leaves, what came in since then has been left as well. */
  close(): void {
    for (const port of this.#allPorts) port.close();
  }

  get #allPorts(): Port[] {
    return [...this.#lines.map(({ port }) => port), ...this.#numbered.values()];
  }
}

/**
 * Where ports do not report that their other end is gone, an end says so. It stays open: what is on
 * its way may bring ports, which would be lost with it, and nothing would report that.
 */
function leaveLine(port: Port): void {
  if (isNode) port.close();
  else for (const message of GOODBYES) port.postMessage(message);
}
