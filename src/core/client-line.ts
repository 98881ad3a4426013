/** What stands behind a Client: its line to the server, and the table of requests that wait. */
import { Carrier, type CarrierOwner } from './carrier.js';
import { Carriers } from './carriers.js';
import type { Endpoint } from './endpoint.js';
import { Failure } from './failure.js';
import { Fate } from './fate.js';
import type { Forgettable } from './handle.js';
import { Hold } from './hold.js';
import { linkOver, newLine, type Link } from './link.js';
import { checkTimeout, type OnDropped, type ReqOptions, type SendOptions } from './options.js';
import { Outbox } from './outbox.js';
import { Pending, type PendingOwner } from './pending.js';
import { afterArrived, type WorkingPort, type WorkingSignal } from './platform.js';
import { outcomeOf, reportDropped } from './values.js';
import * as wire from './wire.js';

export class ClientLine implements CarrierOwner, PendingOwner, Forgettable {
  readonly fate = new Fate();
  readonly hold = new Hold((yes) => {
    this.#carriers.hold(yes);
  });
  readonly onDropped: OnDropped | undefined;
  readonly heartbeat: number | undefined;
  /** Of a connection: who may know why its first carrier was lost. */
  endpoint: Pick<Endpoint, 'explain'> | undefined = undefined;
  /** Told when this line needs its ports no more. */
  onFinished: (() => void) | undefined = undefined;
  readonly #pending = new Map<number, Pending>();
  readonly #carriers: Carriers;
  readonly #outbox: Outbox;
  #lastId = 0;
  #saidBye = false;
  /** Something was sent that no answer will tell about. */
  #oneWay = false;

  constructor(link: Link, capacity?: number, onDropped?: OnDropped, heartbeat?: number) {
    this.onDropped = onDropped;
    this.heartbeat = heartbeat;
    this.#carriers = new Carriers(this, link);
    this.#outbox = new Outbox(this.#carriers, capacity);
  }

  get capacity(): number | undefined {
    return this.#outbox.capacity;
  }

  // ── calls ──────────────────────────────────────────────────────────────────────────────────────

  sendPost(entry: unknown, msg: unknown, options: SendOptions | undefined): void {
    this.#mustBeUp(entry);
    this.#outbox.sendPost(entry, msg, options);
    this.#oneWay = true;
  }

  /** Throws if nothing was sent; what happens afterwards is told by the entry's outcome. */
  request(entry: unknown, msg: unknown, options: ReqOptions | undefined, rejects = false): Pending {
    this.#mustBeUp(entry);
    const timeout = checkTimeout(entry, options?.timeout);
    const signal = options?.signal as WorkingSignal | undefined;
    const pending = new Pending(this.#lastId + 1, this, rejects);
    if (signal?.aborted !== true) {
      this.#outbox.request(entry, pending, msg, options);
      this.#enter(pending);
    }
    if (signal !== undefined || timeout !== undefined) pending.watch(signal, timeout);
    return pending;
  }

  /** The outcome is a port, or anything else once no client that counts is left. */
  upgrade(): Pending | undefined {
    if (this.fate.down !== undefined) return undefined;
    const pending = new Pending(this.#lastId + 1, this);
    pending.home = this.#carriers.current;
    pending.home.send([wire.UPGRADE, pending.id]);
    this.#enter(pending);
    return pending;
  }

  /** The port of one more client of the same server. */
  add(entry: unknown, kind: wire.Kind): WorkingPort {
    this.#mustBeUp(entry);
    const { port1, port2 } = newLine(this.#carriers.current.peer);
    this.#oneWay = true;
    this.#outbox.inTurn(() => {
      this.#carriers.add(port1, kind);
    });
    return port2;
  }

  /** Fulfils with undefined when there is room, with a Failure when there never will be. */
  ready(): Promise<Failure | undefined> {
    const { down } = this.fate;
    return down ? Promise.resolve(down) : this.hold.during(this.#outbox.ready());
  }

  get connected(): Promise<void> {
    return this.hold.during(this.fate.connected);
  }

  #mustBeUp(entry: unknown): void {
    if (this.fate.down !== undefined) throw this.fate.down.toError(entry);
  }

  #enter(pending: Pending): void {
    this.#lastId = pending.id;
    this.#pending.set(pending.id, pending);
    this.hold.add(1);
  }

  // ── the end of a request ───────────────────────────────────────────────────────────────────────

  settle(pending: Pending, outcome: unknown): void {
    if (pending.settled) return;
    pending.settle(outcome);
    // One that was aborted before it was sent never stood in the table.
    if (!this.#pending.delete(pending.id)) return;
    this.hold.add(-1);
    this.#finishIfDone();
  }

  abandon(pending: Pending, failure: Failure): void {
    if (pending.settled) return;
    const { home } = pending;
    // A moved request goes on listening: it may just be handed on, and its new holder must hear of it.
    if (home?.oneShot === true) {
      home.send([wire.CANCEL, 0]);
      home.hold(false);
    } else if (home !== undefined) this.#carriers.send([wire.CANCEL, pending.id]);
    this.settle(pending, failure);
  }

  expire(pending: Pending): void {
    const giveUp = (): void => {
      this.abandon(pending, new Failure('Timeout'));
    };
    afterArrived(this.#carriers.drain() && pending.home?.drain() !== false, giveUp);
  }

  #failWhere(hit: (pending: Pending) => boolean, failure: Failure): void {
    for (const pending of this.#pending.values()) if (hit(pending)) this.settle(pending, failure);
  }

  // ── frames from the server, or from the holder of a moved request ──────────────────────────────

  greeted(capacity: number): void {
    if (this.fate.greeted) return;
    this.fate.greet();
    this.#outbox.learn(capacity);
    this.#finishIfDone();
  }

  act(carrier: Carrier, frame: wire.ToClient): void {
    switch (frame[0]) {
      case wire.REPLY:
      case wire.FAIL:
      case wire.ERR:
        this.#answered(carrier, frame);
        break;
      case wire.MOVED:
        this.#moved(carrier, frame);
        break;
      case wire.CREDIT:
        this.#outbox.room?.add(frame[1]);
        break;
      case wire.GONE:
        // What it has not taken it refuses one by one.
        this.#serverLost(new Failure('ServerDisappeared'));
        this.#finishIfDone();
        break;
      case wire.SWITCH:
        this.#carriers.switchTo(linkOver(frame[1]));
        this.#outbox.room?.switched();
        this.#carriers.hold(this.hold.now);
        break;
      case wire.TAKEN:
        this.#arrived(carrier, new Set(frame[1]));
        if (carrier === this.#carriers.current) this.#outbox.room?.arrived(frame[2]);
        break;
      default:
        carrier.refuse();
    }
  }

  #entryOf(carrier: Carrier, id: number): Pending | undefined {
    const pending = carrier.oneShot ? carrier.only : this.#pending.get(id);
    if (pending?.settled !== false) return undefined;
    // Once moved, nobody but the holder has a say.
    return pending.home?.oneShot === true && pending.home !== carrier ? undefined : pending;
  }

  #answered(carrier: Carrier, frame: wire.Reply | wire.Err): void {
    const pending = this.#entryOf(carrier, frame[1]);
    if (pending !== undefined) this.settle(pending, outcomeOf(frame));
    else reportDropped(this.onDropped, frame);
    if (carrier.oneShot) carrier.close();
  }

  /** The answer will come by a port of its own, whatever becomes of the server. */
  #moved(carrier: Carrier, [, id, port]: wire.Moved): void {
    const pending = this.#entryOf(carrier, id);
    const home = new Carrier(this, linkOver(port), true, pending);
    if (pending === undefined) home.send([wire.CANCEL, 0]);
    else {
      pending.home = home;
      home.hold(this.hold.now);
    }
    if (carrier.oneShot) carrier.close();
  }

  /** A server that moved says which requests came along. */
  #arrived(carrier: Carrier, ids: ReadonlySet<number>): void {
    carrier.arriving = false;
    for (const pending of this.#pending.values()) {
      const movable = pending.home?.oneShot !== true && ids.has(pending.id);
      if (movable && this.#carriers.isBefore(pending.home, carrier)) pending.home = carrier;
    }
    this.#failLost(new Failure('ServerDisappeared'));
  }

  explain(carrier: Carrier, tell: () => void): void {
    const { endpoint } = this;
    if (carrier === this.#carriers.first && endpoint?.explain) endpoint.explain(tell);
    else tell();
  }

  carrierEnded(carrier: Carrier, why: Failure): void {
    if (carrier.oneShot) {
      const failure = why.code === 'ServerDisappeared' ? new Failure('NoReply') : why;
      if (carrier.only !== undefined) this.settle(carrier.only, failure);
      return;
    }
    if (carrier === this.#carriers.current) this.#serverLost(why);
    this.#failLost(why);
    this.#finishIfDone();
  }

  #failLost(why: Failure): void {
    this.#failWhere(({ home }) => home?.oneShot === false && this.#carriers.isLost(home), why);
  }

  // ── the line itself ────────────────────────────────────────────────────────────────────────────

  /** What the user wants of the loop, whatever is pending; undefined: nothing any more. */
  overrule(hold: boolean | undefined): void {
    this.hold.overrule(hold);
    for (const { home } of this.#pending.values()) home?.hold(this.hold.now);
  }

  /** The connection cannot be made. */
  fail(failure: Failure): void {
    this.#carriers.first.end(failure);
  }

  /** The agent that answered a connection; before that no death of its is seen. */
  watch(life: string): void {
    this.#carriers.first.watch(life);
  }

  /** The server's first home is known to be dead; what it had sent before still counts. */
  firstDied(failure: Failure): void {
    afterArrived(this.#carriers.first.drain(), () => {
      this.fail(failure);
    });
  }

  /** No new calls; those that wait still settle, then the ports close. */
  close(): void {
    this.fate.goDown(new Failure('Detached'));
    this.overrule(undefined);
    this.#outbox.inTurn(() => {
      this.#sayBye();
    });
    this.#finishIfDone();
  }

  forgotten(): void {
    this.close();
  }

  #serverLost(failure: Failure): void {
    this.fate.goDown(failure);
    this.#outbox.room?.fail(failure);
  }

  #sayBye(): void {
    if (!this.#saidBye) this.#carriers.current.send([wire.BYE]);
    this.#saidBye = true;
  }

  #finishIfDone(): void {
    const { down, greeted } = this.fate;
    if (down === undefined || this.#pending.size > 0) return;
    this.#outbox.room?.fail(down);
    this.#sayBye();
    // What was sent by a port that nobody has taken up yet would be lost with it.
    if (!greeted && this.#oneWay && !this.#carriers.current.dead) return;
    this.#carriers.close();
    this.onFinished?.();
  }
}
