/** A peer that says whatever it likes: frames by hand, over a port. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { portsIn, turn } from './relay.js';

export const MAGIC = 'ump-ng';
export const VERSION = 1;
/** The frames by number, as any other implementation would know them. */
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
} as const;
export const ROLE = {
  CLIENT: 0,
  SERVER: 1,
  CALLER: 2,
  HOLDER: 3,
  OLD_HOST: 4,
  NEW_HOST: 5,
} as const;

export const hello = (role: number): unknown[] => [F.HELLO, MAGIC, VERSION, role, 0];

export class RawPeer {
  /** What the other side has said. */
  readonly heard: unknown[][] = [];
  closed = false;
  readonly #port: MessagePort;
  #news: (() => void)[] = [];

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (frame: unknown[]) => {
      this.heard.push(frame);
      this.#tell();
    });
    port.on('close', () => {
      this.closed = true;
      this.#tell();
    });
  }

  say(...frames: unknown[]): void {
    for (const frame of frames) this.#port.postMessage(frame, portsIn(frame));
  }

  /** The first frame with this number that has come, or comes; rejects if the line ends without it. */
  async hears(tag: number): Promise<unknown[]> {
    for (;;) {
      const frame = this.heard.find(([first]) => first === tag);
      if (frame !== undefined) return frame;
      if (this.closed) throw new Error(`no frame ${tag} among ${JSON.stringify(this.heard)}`);
      await new Promise<void>((resolve) => this.#news.push(resolve));
    }
  }

  async end(): Promise<void> {
    while (!this.closed) await new Promise<void>((resolve) => this.#news.push(resolve));
  }

  /** Has this peer been told that it broke the protocol? */
  get refused(): boolean {
    return this.heard.some(([tag]) => tag === F.REFUSE);
  }

  close(): void {
    this.#port.close();
  }

  #tell(): void {
    for (const told of this.#news.splice(0)) told();
  }
}

/** A raw peer, and the port of whomever it speaks to. */
export function rawPeer(): { raw: RawPeer; port: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  return { raw: new RawPeer(port1), port: port2 };
}

/** Waits until the other side has dealt with all that was said: some turns without news. */
export async function dealtWith(raw: RawPeer): Promise<void> {
  for (let quiet = 0; quiet < 4; quiet++) {
    const before = raw.heard.length;
    await turn();
    if (raw.heard.length !== before) quiet = -1;
  }
}
