/** What stands behind a Client: its line to the server. */
import { afterArrived } from './arrived.js';
import { Carrier, type CarrierOwner } from './carrier.js';
import { Carriers } from './carriers.js';
import { reportDropped } from './dropped.js';
import type { Endpoint } from './endpoint.js';
import type { UmpError } from './errors.js';
import { Failure } from './failure.js';
import { Fate } from './fate.js';
import type { Forgettable } from './handle.js';
import { unsendable } from './held.js';
import { Hold } from './hold.js';
import { linkOver, newLine, type Link } from './link.js';
import type { OnDropped, SendOptions } from './options.js';
import { Outbox } from './outbox.js';
import type { WorkingPort } from './platform.js';
import { Requests } from './requests.js';
import { goneOf, outcomeOf } from './values.js';
import * as wire from './wire.js';

export class ClientLine implements CarrierOwner, Forgettable {
  readonly fate = new Fate();
  readonly hold = new Hold((yes) => {
    this.carriers.hold(yes);
  });
  readonly onDropped: OnDropped | undefined;
  readonly heartbeat: number | undefined;
  /** Of a connection: who may know why its first carrier was lost. */
  endpoint: Pick<Endpoint, 'explain'> | undefined = undefined;
  /** Told when this line needs its ports no more. */
  onFinished: (() => void) | undefined = undefined;
  readonly carriers: Carriers;
  readonly outbox: Outbox;
  readonly requests = new Requests(this);
  #saidBye = false;
  /** Something was sent that no answer will tell about. */
  #oneWay = false;

  constructor(link: Link, capacity?: number, onDropped?: OnDropped, heartbeat?: number) {
    this.onDropped = onDropped;
    this.heartbeat = heartbeat;
    this.carriers = new Carriers(this, link);
    this.outbox = new Outbox(this, capacity);
  }

  get capacity(): number | undefined {
    return this.outbox.capacity;
  }

  // ── what is sent ───────────────────────────────────────────────────────────────────────────────

  sendPost(entry: unknown, msg: unknown, options: SendOptions | undefined): void {
    this.fate.mustBeUp(entry);
    this.outbox.sendPost(entry, msg, options);
    this.#oneWay = true;
  }

  /**
   * The port of one more client of the same server; `capacity` goes along for whatever takes it up.
   */
  add(entry: unknown, kind: wire.Kind, capacity?: number): WorkingPort {
    this.fate.mustBeUp(entry);
    const { port1, port2 } = newLine(this.carriers.current.peer, capacity);
    this.#oneWay = true;
    this.outbox.inTurn(() => {
      this.carriers.add(port1, kind);
    });
    return port2;
  }

  /** Fulfils with undefined when there is room, with a Failure when there never will be. */
  ready(): Promise<Failure | undefined> {
    return this.hold.during(this.#ready());
  }

  async #ready(): Promise<Failure | undefined> {
    // How much there is room for the server says when it takes this client up.
    if (this.capacity === undefined) await this.fate.connected.catch(() => undefined);
    const failure = this.fate.down ?? (await this.outbox.ready());
    this.fate.told ||= failure !== undefined;
    return failure;
  }

  get connected(): Promise<void> {
    this.fate.awaited = true;
    return this.hold.during(this.fate.connected);
  }

  get closed(): Promise<UmpError> {
    this.fate.told = true;
    return this.fate.closed;
  }

  // ── frames from the server, or from the holder of a moved request ──────────────────────────────

  greeted(capacity: number): void {
    if (this.fate.greeted) return;
    this.fate.greet();
    this.outbox.learn(capacity);
    this.finishIfDone();
  }

  /** A frame that was given before the line was open, and cannot be sent any more. */
  notSent(frame: wire.Frame, cause: unknown): void {
    if (frame[0] === wire.REQ) {
      this.requests.from(this.carriers.first, frame[1])?.fail(unsendable(cause));
    }
    reportDropped(this.onDropped, frame);
    if (frame[0] === wire.REQ || frame[0] === wire.POST) this.outbox.room?.add(1);
  }

  learn(capacity: number): void {
    this.outbox.learn(capacity);
  }

  act(carrier: Carrier, frame: wire.ToClient): void {
    switch (frame[0]) {
      case wire.REPLY:
      case wire.FAIL:
      case wire.THREW:
      case wire.ERR:
        this.#answered(carrier, frame);
        break;
      case wire.MOVED:
        this.#moved(carrier, frame);
        break;
      case wire.LIFE:
        this.requests.moved(frame[4])?.toldBeside(frame);
        break;
      case wire.CREDIT:
        this.outbox.room?.add(frame[1]);
        break;
      case wire.GONE:
        this.#gone(carrier, frame);
        break;
      case wire.SWITCH:
        this.carriers.switchTo(linkOver(frame[1]));
        this.outbox.room?.switched();
        this.carriers.hold(this.hold.now);
        break;
      case wire.TAKEN:
        carrier.arriving = false;
        this.requests.arrived(carrier, new Set(frame[1]));
        this.requests.failLost(new Failure('ServerDisappeared'));
        if (carrier === this.carriers.current) this.outbox.room?.arrived(frame[2]);
        break;
      default:
        carrier.refuse();
    }
  }

  #answered(carrier: Carrier, frame: wire.Reply | wire.Err): void {
    const pending = this.requests.from(carrier, frame[1]);
    if (pending !== undefined) this.requests.settle(pending, this.#outcomeOf(frame));
    else reportDropped(this.onDropped, frame);
    if (carrier.oneShot) carrier.close();
  }

  /**
   * A request that the server did not take fails as the line did: that has the cause, if there is
   * one.
   */
  #outcomeOf(frame: wire.Reply | wire.Err): unknown {
    const { fate } = this;
    if (frame[0] !== wire.ERR || frame[2] !== fate.down?.code) return outcomeOf(frame);
    fate.told = true;
    return frame[3] === undefined ? fate.down : outcomeOf(frame);
  }

  #gone(carrier: Carrier, frame: wire.Gone): void {
    const next = this.carriers.after(carrier);
    // From a home that was left: so is the one after it, with what it had not read yet.
    if (next !== undefined) next.despair();
    else {
      // What it has not taken it refuses one by one.
      const failure = goneOf(frame);
      if (failure === undefined) carrier.refuse('malformed errors');
      else {
        this.#serverLost(failure);
        this.finishIfDone();
      }
    }
  }

  /** The answer will come by a port of its own, whatever becomes of the server. */
  #moved(carrier: Carrier, [, id, port]: wire.Moved): void {
    const pending = this.requests.from(carrier, id);
    const home = new Carrier(this, linkOver(port), true, pending);
    if (pending === undefined) home.send([wire.CANCEL, 0]);
    else {
      pending.home = home;
      home.hold(this.hold.now);
    }
    if (carrier.oneShot) carrier.close();
  }

  explain(carrier: Carrier, tell: () => void): void {
    const { endpoint } = this;
    if (carrier === this.carriers.first && endpoint?.explain) endpoint.explain(tell);
    else tell();
  }

  carrierEnded(carrier: Carrier, why: Failure): void {
    if (carrier.oneShot) {
      const failure = why.code === 'ServerDisappeared' ? new Failure('NoReply') : why;
      if (carrier.only !== undefined) this.requests.settle(carrier.only, failure);
      return;
    }
    if (carrier === this.carriers.current) this.#serverLost(why);
    this.requests.failLost(why);
    this.finishIfDone();
  }

  // ── the line itself ────────────────────────────────────────────────────────────────────────────

  /** What the user wants of the loop, whatever is pending; undefined: nothing any more. */
  overrule(hold: boolean | undefined): void {
    this.hold.overrule(hold);
    this.requests.holdAll(this.hold.now);
  }

  /** The connection cannot be made. */
  fail(failure: Failure): void {
    this.carriers.first.end(failure);
  }

  /** The agent that answered a connection; before that no death of its is seen. */
  watch(life: string): void {
    this.carriers.first.watch(life);
  }

  /** The server's first home is known to be dead; what it had sent before still counts. */
  firstDied(failure: Failure): void {
    afterArrived(() => {
      this.fail(failure);
    });
  }

  /** No new calls; those that wait still settle, then the ports close. */
  close(): void {
    this.fate.goDown(new Failure('Detached'));
    this.overrule(undefined);
    this.outbox.inTurn(() => {
      this.#sayBye();
      this.finishIfDone();
    });
    this.finishIfDone();
  }

  forgotten(): void {
    this.close();
  }

  #serverLost(failure: Failure): void {
    this.fate.goDown(failure);
    this.outbox.room?.fail(failure);
  }

  #sayBye(): void {
    if (!this.#saidBye) this.carriers.current.send([wire.BYE]);
    this.#saidBye = true;
  }

  finishIfDone(): void {
    const { down, greeted } = this.fate;
    if (down === undefined || !this.requests.areSettled || this.outbox.holdsPosts) return;
    this.outbox.room?.fail(down);
    this.#sayBye();
    // What was sent by a port that nobody has taken up yet would be lost with it.
    if (!greeted && this.#oneWay && !this.carriers.current.dead) return;
    this.carriers.close();
    this.onFinished?.();
  }
}
