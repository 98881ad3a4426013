/** The new home of a server that was given away; departure.ts tells the whole story. */
import type { Failure } from './failure.js';
import { arrived } from './given.js';
import { asFrame } from './judge.js';
import { Line } from './line.js';
import type { Source } from './lifetime.js';
import { discard, linkOver } from './link.js';
import type { Mailbox } from './mailbox.js';
import type { WorkingPort } from './platform.js';
import type { ServerLine } from './server-line.js';
import * as wire from './wire.js';

export class Arrival extends Line implements Source {
  readonly #mailbox: Mailbox;
  /** Lines whose old frames still come, with the requests among them. */
  readonly #lines = new Map<number, { line: ServerLine; ids: number[] }>();
  /** Until the first client is here, one counts as being here. */
  readonly #release: () => void;
  expectsFirst = true;
  #closing = false;

  constructor(mailbox: Mailbox, port: WorkingPort) {
    super(linkOver(port), wire.NEW);
    this.#mailbox = mailbox;
    this.#release = mailbox.reserve();
    mailbox.source = this;
    this.start();
  }

  protected act(frame: wire.ToNewHome): void {
    switch (frame[0]) {
      case wire.STATE:
        [, this.#mailbox.capacity, this.#mailbox.keepAlive, this.expectsFirst] = frame;
        this.#mailbox.departure?.tellState();
        break;
      case wire.LINE:
        this.#admit(frame);
        this.expectsFirst = false;
        break;
      case wire.FWD:
        this.#forwarded(frame[1], frame[2]);
        break;
      case wire.END:
        this.#lineEnded(frame[1], frame[2]);
        break;
      default:
        this.refuse();
    }
    if (!this.expectsFirst) this.#release();
  }

  #admit([, key, port, kind]: wire.Line): void {
    this.#lineEnded(key, false);
    const line = this.#mailbox.admit(linkOver(port), kind);
    this.#lines.set(key, { line, ids: [] });
    // Given away again, before this client was here: he goes after it.
    this.#mailbox.departure?.move(line);
  }

  #forwarded(key: number, data: unknown): void {
    const moved = this.#lines.get(key);
    const frame = asFrame(data, wire.SERVER) as wire.ToServer | undefined;
    if (moved === undefined || frame === undefined) discard(data);
    else {
      if (frame[0] === wire.REQ) moved.ids.push(frame[1]);
      if (frame.length > wire.GIVEN) arrived(frame);
      moved.line.act(frame);
    }
  }

  /** From here on the client's frames come by his new line. */
  #lineEnded(key: number, lost: boolean): void {
    const moved = this.#lines.get(key);
    if (moved === undefined) return;
    this.#lines.delete(key);
    const { line, ids } = moved;
    line.payCredit();
    line.send([wire.TAKEN, ids, line.queued]);
    line.start();
    if (lost) line.lost();
    else line.closeIfDone();
  }

  /** The old home has passed on all it had. */
  protected override leave(): void {
    this.stop();
    this.close();
    for (const key of this.#lines.keys()) this.#lineEnded(key, false);
    this.expectsFirst = false;
    this.#release();
    this.#mailbox.sourceDone();
  }

  /** The old home is gone, and what it had not passed on with it. */
  protected ended(why: Failure): void {
    if (why.code === 'Protocol') this.#mailbox.close(why);
    this.leave();
  }

  /** This server has ended: the old home passes on what it still has, and sends no more clients. */
  stop(): void {
    if (!this.#closing) this.send([wire.BYE]);
    this.#closing = true;
  }
}
