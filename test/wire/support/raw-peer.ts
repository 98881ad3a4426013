/** A peer that sends arbitrary frames over a port. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { portsIn, turn } from './relay.js';

export const MAGIC = 'ump-ng';
export const VERSION = 2;
/** The numbers of the frames, as another implementation would define them. */
export const F = {
  HELLO: 0,
  REFUSE: 1,
  BYE: 2,
  POST: 3,
  REQ: 4,
  CANCEL: 5,
  ADD_CLIENT: 6,
  UPGRADE: 7,
  REDIRECTED: 8,
  REPLY: 9,
  FAIL: 10,
  ERR: 11,
  MOVED: 12,
  GOAWAY: 13,
  CREDIT: 14,
  REDIRECT: 15,
  ADOPTED: 16,
  STATE: 17,
  CLIENT_PORT: 18,
  FORWARD: 19,
  CLIENT_DONE: 20,
  PING: 23,
  DOORBELL: 25,
  HANDLER_ERROR: 26,
  PROBE: 27,
  UNREAD: 28,
} as const;
export const ROLE = {
  CLIENT: 0,
  SERVER: 1,
  CALLER: 2,
  REPLIER: 3,
  OLD_HOST: 4,
  NEW_HOST: 5,
} as const;

/** What HELLO says of the sender: the oldest version it speaks, its capacity and its features. */
export const terms = (
  capacity = 0,
  features: readonly unknown[] = ['unread', 'references'],
): unknown[] => [VERSION, capacity, features];
export const hello = (role: number): unknown[] => [F.HELLO, MAGIC, VERSION, role, terms()];

export class RawPeer {
  /** The frames that the other side has sent. */
  readonly heard: unknown[][] = [];
  closed = false;
  readonly #port: MessagePort;
  #waiting: (() => void)[] = [];

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (frame: unknown[]) => {
      this.heard.push(frame);
      this.#notify();
    });
    port.on('close', () => {
      this.closed = true;
      this.#notify();
    });
  }

  say(...frames: unknown[]): void {
    for (const frame of frames) this.#port.postMessage(frame, portsIn(frame));
  }

  /** The first frame with this number; rejects if the connection closes without one. */
  async hears(tag: number): Promise<unknown[]> {
    for (;;) {
      const frame = this.heard.find(([first]) => first === tag);
      if (frame !== undefined) return frame;
      if (this.closed) throw new Error(`no frame ${tag} among ${JSON.stringify(this.heard)}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async end(): Promise<void> {
    while (!this.closed) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Whether the other side has refused this peer. */
  get refused(): boolean {
    return this.heard.some(([tag]) => tag === F.REFUSE);
  }

  /** Closes all that this peer has, as if its thread ended. */
  close(): void {
    this.#port.close();
    for (const port of portsIn(this.heard)) port.close();
  }

  #notify(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** A raw peer, and the port for its counterpart. */
export function rawPeer(): { raw: RawPeer; port: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  return { raw: new RawPeer(port1), port: port2 };
}

/** Waits until the other side has handled all frames: some turns without a new frame from it. */
export async function untilQuiet(raw: RawPeer): Promise<void> {
  for (let quiet = 0; quiet < 4; quiet++) {
    const before = raw.heard.length;
    await turn();
    if (raw.heard.length !== before) quiet = -1;
  }
}
