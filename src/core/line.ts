/**
 * One end of a line between two agents: says hello, judges what comes in, refuses what is not of
 * the protocol, and ends once. Whatever a line is for stands in the classes that extend it.
 */
import { afterArrived, judgeAfter } from './arrived.js';
import { Failure } from './failure.js';
import { arrived, sendOn } from './given.js';
import { asFrame, helloFault } from './judge.js';
import { discard, life, type Link, type Receiver } from './link.js';
import { later } from './platform.js';
import * as wire from './wire.js';

/**
 * Milliseconds. The agent that was last known to have the other end is dead. If another one has it
 * by now, its hello, or word of where the port is, comes within this time, unless that agent
 * computes for longer.
 */
const PATIENCE = 2000;

/**
 * How often this thread's event loop turns at least before a peer that is silent counts as dead.
 */
const TURNS = 4;

export abstract class Line implements Receiver {
  greeted = false;
  dead = false;
  readonly link: Link;
  readonly #role: wire.Role;
  readonly #capacity: number;
  /** The life of the agent at the other end, or of the one that its port is on its way to. */
  peer: string | undefined = undefined;
  #stopWatching: (() => void) | undefined = undefined;
  #stopDoubting: (() => void) | undefined = undefined;
  /** A PING was not answered yet. */
  #asked = false;

  /** Says hello; nothing is read before start(). */
  constructor(link: Link, role: wire.Role, capacity = 0) {
    this.link = link;
    this.#role = role;
    this.#capacity = capacity;
    const own = life();
    this.#sayHello();
    if (own !== undefined && own.name === undefined) {
      void own.named.then(() => {
        if (own.name !== undefined) this.send([wire.LIFE, own.name]);
      });
    }
  }

  #sayHello(): void {
    this.link.send(wire.hello(this.#role, this.#capacity, life()?.name));
  }

  start(): void {
    if (!this.dead) this.link.start(this);
  }

  /** A frame that fits the role of this end. */
  protected abstract act(frame: wire.Frame): void;

  /** The other end was heard for the first time. */
  protected greet(_capacity: number): void {
    // Most have nothing to do about it.
  }

  /** How many messages the other end has room for, from whatever made this line. */
  protected learn(_capacity: number): void {
    // Only clients want to know.
  }

  /**
   * Milliseconds between two looks whether the other side still answers; undefined: it is not
   * asked.
   */
  protected get heartbeat(): number | undefined {
    return undefined;
  }

  /** The line ended, and not by our own close(). */
  protected abstract ended(why: Failure): void;

  /** The other end is done with this line. */
  protected leave(): void {
    this.end(new Failure('ServerDisappeared'));
  }

  frame(data: unknown): void {
    const frame = asFrame(data, this.#role);
    if (frame === undefined) {
      discard(data);
      // Platforms say so by undefined, which no peer that keeps to the protocol sends.
      this.refuse(data === undefined ? 'malformed frame: it could not be deserialized' : undefined);
    } else if (frame[0] === wire.REFUSE) this.end(new Failure('Protocol', frame[1]));
    else if (frame[0] === wire.HANGUP) this.#gone();
    else if (frame[0] === wire.LIFE && frame[4] === undefined) this.#told(frame);
    else if (!this.greeted) this.#greet(frame);
    else if (frame[0] === wire.PING) this.send([wire.PONG]);
    else if (frame[0] === wire.PONG) this.#asked = false;
    else if (frame[0] === wire.BELL) this.link.wakeBy?.(frame[1]);
    else if (frame[0] === wire.PROBE) this.#probed(frame);
    else if (frame[0] === wire.HELLO && repeats(wire.other(this.#role))) this.watch(frame[5]);
    else if (frame[0] === wire.BYE) this.leave();
    else {
      if (frame.length > wire.GIVEN) arrived(frame);
      this.act(frame);
    }
  }

  #probed([, thread, count, id]: wire.Probe): void {
    if (this.owes(id)) this.link.probed?.(thread, count);
  }

  /**
   * Is it this agent's own code, and nothing else, that an answer to this request can come from?
   */
  protected owes(_id: number): boolean {
    return false;
  }

  #greet(frame: wire.Frame): void {
    const fault = helloFault(frame, this.#role);
    this.greeted = fault === undefined;
    if (fault !== undefined) {
      discard(frame);
      this.refuse(fault);
    } else {
      this.#stopDoubting?.();
      if (repeats(this.#role)) this.#sayHello();
      this.watch((frame as wire.Hello)[5]);
      this.greet((frame as wire.Hello)[4]);
      this.#beat();
    }
  }

  #beat(): void {
    const { heartbeat } = this;
    if (heartbeat === undefined || this.dead) return;
    this.#asked = true;
    this.send([wire.PING]);
    const half = heartbeat / 2;
    const again = (): void => {
      if (this.#asked) this.#gone();
      else this.#beat();
    };
    later(half, () => {
      if (this.#asked) judgeAfter(half, TURNS, again);
      else later(half, again);
    });
  }

  #told([, peer, holder, capacity, , giver]: wire.Life): void {
    this.watch(peer);
    if (capacity !== undefined) this.learn(capacity);
    if (holder !== undefined) this.doubt(holder, giver);
  }

  /** The same by another line: what has come by this one is as new, or newer. */
  toldBeside([, , holder, , , giver]: wire.Life): void {
    if (holder !== undefined && this.#stopDoubting === undefined) this.doubt(holder, giver);
  }

  /**
   * That agent has the other end, or is sent it by `giver`: if one of them dies before anything
   * more is heard, the end may be lost with it.
   */
  doubt(holder: string, giver = holder): void {
    if (this.greeted || this.dead) return;
    this.#stopDoubting?.();
    const stops = [...new Set([holder, giver])].map((agent) =>
      life()?.watch(agent, () => {
        this.despair();
      }),
    );
    this.#stopDoubting = () => {
      for (const stop of stops) stop?.();
    };
  }

  /**
   * Its other end may be lost: if nothing is heard from there, or of it, within the time, it is.
   */
  despair(): void {
    if (this.greeted) return;
    const doubting = this.#stopDoubting;
    judgeAfter(PATIENCE, TURNS, () => {
      if (!this.greeted && this.#stopDoubting === doubting) this.#gone();
    });
  }

  /** From now on that agent's death is the end of this line. */
  watch(name: string | undefined): void {
    if (name === undefined || this.dead) return;
    this.#stopWatching?.();
    this.peer = name;
    this.#stopWatching = life()?.watch(name, () => {
      afterArrived(() => {
        this.#gone();
      });
    });
  }

  #gone(): void {
    this.link.cut();
    this.lost();
  }

  lost(): void {
    this.end(new Failure('ServerDisappeared'));
  }

  /** Throws the engine's error, and has sent nothing, if the frame cannot be cloned. */
  send(frame: wire.Frame, transfer?: readonly object[]): void {
    if (this.dead) return;
    if (transfer === undefined) this.link.send(frame);
    else this.#sendOn(frame, transfer);
  }

  #sendOn(frame: wire.Frame, transfer: readonly object[]): void {
    sendOn(transfer, this.peer, life()?.name);
    try {
      this.link.send(frame, transfer);
    } catch (error) {
      sendOn(transfer);
      throw error;
    }
  }

  refuse(reason = 'malformed frame'): void {
    this.send([wire.REFUSE, reason]);
    this.end(new Failure('Protocol', reason));
  }

  end(why: Failure): void {
    if (this.dead) return;
    this.close();
    this.ended(why);
  }

  close(): void {
    this.dead = true;
    this.#stopDoubting?.();
    this.link.close(() => this.#stopWatching?.());
  }

  hold(yes: boolean): void {
    if (!this.dead) this.link.hold(yes);
  }
}

/**
 * Does whoever has this role answer HELLO with a second one? Where ports do not tell of a death,
 * Firefox may lose what was sent on one while a thread that had passed its other end on died.
 */
const repeats = (role: wire.Role): boolean => life() !== undefined && wire.isAnswering(role);
