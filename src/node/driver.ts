/**
 * Ports as node:worker_threads has them: they say when the other end is gone, and can be drained.
 */
import type * as worker_threads from 'node:worker_threads';
import { isPost } from '../core/judge.js';
import { discard, type Driver, type KeepAlive, type Link, type Receiver } from '../core/link.js';
import { BELL, type Frame } from '../core/wire.js';
import { agent, join, type Inlet } from './agent.js';
import { AWAKE, ownerOf, passesProbes, ring, STATE, tellAtExit, type Bell } from './bell.js';
import { inBun, inDeno, takeFrom, type Port, type Taken } from './ports.js';

type WorkerThreads = typeof worker_threads;
type Transferables = Parameters<worker_threads.MessagePort['postMessage']>[1];

/** After so many messages in one go the event loop gets its turn; Node's own bound for a port. */
const MOST_AT_ONCE = 1000;

/**
 * After so many that somebody may answer, or was waiting for, he gets his turn: while one side
 * works through all that it has, the other would have nothing to do. Measured with 1000 requests in
 * flight: 1.0 times the throughput of an echo by hand; with 16 it is 0.7.
 */
const MOST_ANSWERED = 4;

/** See drain(). */
const MOST_DRAINED = 1_000_000;

/** See takeMore(). */
const MOST_SPARED = 7;

class NodePortLink implements Link, Inlet {
  readonly port: Port;
  readonly #threads: WorkerThreads;
  readonly #anytime: boolean;
  #receiver: Receiver | undefined = undefined;
  #closed = false;
  #leave: (() => void) | undefined = undefined;
  #holds = false;
  #peerBell: Bell | undefined = undefined;
  #forgetBell: (() => void) | undefined = undefined;
  here = false;
  #toSpare = 0;
  #spared = 0;

  constructor(port: Port, threads: WorkerThreads, anytime: boolean) {
    this.port = port;
    this.#threads = threads;
    this.#anytime = anytime;
  }

  send(frame: Frame, transfer?: readonly object[]): void {
    this.port.postMessage(frame, transfer as Transferables);
    if (this.#peerBell !== undefined) ring(this.#peerBell);
  }

  start(receiver: Receiver): void {
    this.#receiver = receiver;
    const port = this.port;
    port.on('message', (data: unknown) => {
      this.take(data);
      this.#takeMore();
    });
    // A message that cannot be deserialized is no frame: the receiver refuses it.
    port.on('messageerror', () => {
      this.take(undefined);
    });
    port.on('close', () => {
      this.lost();
    });
    // With a listener a live port holds the loop. One that died before does not, and says no
    // `close`.
    if (port.hasRef?.() === false) {
      setImmediate(() => {
        this.lost();
      });
    } else if (!this.#holds) port.unref();
    this.#leave = join(this);
  }

  close(closed?: () => void): void {
    if (!this.#closed) {
      this.#closed = true;
      this.#leave?.();
      this.#forgetBell?.();
      this.port.close();
    }
    closed?.();
  }

  cut(): void {
    // The port itself tells.
  }

  hold(yes: boolean): void {
    if (this.#holds === yes || this.#closed) return;
    this.#holds = yes;
    if (yes) this.port.ref();
    else this.port.unref();
  }

  /** All there is: only a peer that floods faster than it is read meets the bound. */
  drain(): boolean {
    if (!this.#anytime) return false;
    for (let n = 0; n < MOST_DRAINED && this.#takeOne() !== undefined; n++);
    return true;
  }

  /**
   * Taking what else has arrived is cheaper than an event for each; a look that finds nothing costs
   * as well, and stands between a message and its answer. So after looks in vain 1, 3, then 7
   * messages go without one (but in Deno, where each event takes a turn of the loop).
   */
  #takeMore(): void {
    if (this.#spared > 0) {
      this.#spared--;
      return;
    }
    const inVain = !this.#takeSome();
    this.#toSpare = inVain && this.#anytime ? Math.min(2 * this.#toSpare + 1, MOST_SPARED) : 0;
    this.#spared = this.#toSpare;
  }

  /** Was there any? */
  #takeSome(): boolean {
    let answered = 0;
    for (let taken = 0; taken < MOST_AT_ONCE && answered < MOST_ANSWERED; taken++) {
      const next = this.#takeOne();
      if (next === undefined) return taken > 0;
      if (!isPost(next.message)) answered++;
    }
    return true;
  }

  #takeOne(): Taken | undefined {
    if (this.#closed) return undefined;
    const next = takeFrom(this.#threads, this.port);
    if (next !== undefined) this.take(next.message);
    return next;
  }

  take(data: unknown): true {
    // What was queued still comes after our own close().
    if (this.#closed) discard(data);
    else this.#receiver?.frame(data);
    return true;
  }

  tell(bell: Bell): void {
    this.send([BELL, bell.buffer]);
  }

  wakeBy(memory: SharedArrayBuffer): void {
    const bell = new Int32Array(memory);
    this.here = ownerOf(bell) === this.#threads.threadId;
    if (this.here) return;
    this.#forgetBell?.();
    this.#peerBell = bell;
    this.#forgetBell = tellAtExit(bell);
    ring(bell, true);
  }

  get blocked(): boolean {
    const bell = this.#peerBell;
    return bell !== undefined && passesProbes(bell) && Atomics.load(bell, STATE) !== AWAKE;
  }

  probed(thread: number, count: number): void {
    // An agent that does not block needs no such question: its code runs.
    if (agent.blocked) agent.probes.push({ thread, count });
  }

  lost(): void {
    if (this.#closed) return;
    this.close();
    this.#receiver?.lost();
  }
}

/**
 * A timer that never fires: the cheapest handle that Node counts. There is one for the whole
 * thread, because Node keeps each timer in a list until it is cleared, and to clear and make one
 * for every wait() costs more.
 */
let timer: NodeJS.Timeout | undefined;
let holding = 0;

class TimerHold implements KeepAlive {
  #holds = false;

  hold(yes: boolean): void {
    if (this.#holds === yes) return;
    this.#holds = yes;
    holding += yes ? 1 : -1;
    if (yes && holding > 1) return;
    timer ??= setInterval(() => undefined, 2 ** 31 - 1);
    if (yes) timer.ref();
    else if (holding === 0) timer.unref();
  }
}

/**
 * Deno takes a message out of its port some time before it tells of it. Whoever looks in between
 * does not find it, but finds what came after it. While it tells of one it has taken no other.
 */
const anytime = !inDeno;

/**
 * Timers come before ports in a turn of the event loop, and immediates after them. A second turn is
 * for the ports that came by the first. In Bun nothing says when the ports have their turn, so
 * there we look.
 */
function deliver(then: () => void): void {
  if (agent.blocked) {
    // No event comes through: what has arrived is taken out here.
    for (const inlet of [...agent.inlets]) inlet.drain?.();
    then();
    return;
  }
  const next = (): void => {
    if (inBun) for (const inlet of [...agent.inlets]) inlet.drain?.();
    setImmediate(then);
  };
  setImmediate(next);
}

/** `complete`: gives a port all that Node's have. */
export function nodeDriver(threads: WorkerThreads, complete: (port: object) => void): Driver {
  return {
    MessageChannel: threads.MessageChannel,
    link: (port) => {
      complete(port);
      return new NodePortLink(port as unknown as Port, threads, anytime);
    },
    keepAlive: () => new TimerHold(),
    deliver,
    life: undefined,
  };
}
