/**
 * Ports as node:worker_threads has them: they say when the other end is gone, and can be drained.
 */
import type * as worker_threads from 'node:worker_threads';
import { isPost } from '../core/protocol/validate.js';
import type { Transport, FrameReceiver } from '../core/transport/transport.js';
import type { Driver, LoopRef } from '../core/transport/driver.js';
import { closePortsIn } from '../core/transport/ports.js';
import { DOORBELL, type Frame } from '../core/protocol/frames.js';
import { blockingState, addInboundPort, type InboundPort } from './inbound-ports.js';
import {
  AWAKE,
  ownerOf,
  passesProbes,
  ring,
  STATE,
  ringAtExit,
  type Doorbell,
} from './doorbell.js';
import { inBun, inDeno, takeFrom, type Port, type Taken } from './ports.js';

type WorkerThreads = typeof worker_threads;
type Transferables = Parameters<worker_threads.MessagePort['postMessage']>[1];

/** After so many messages in one go the event loop gets its turn; Node's own bound for a port. */
const MAX_PER_TURN = 1000;

/**
 * After so many that somebody may answer, or was waiting for, he gets his turn: while one side
 * works through all that it has, the other would have nothing to do. Measured with 1000 requests in
 * flight: 1.0 times the throughput of an echo by hand; with 16 it is 0.7.
 */
const MAX_ANSWERED_PER_TURN = 4;

/** See drain(). */
const MAX_DRAINED = 1_000_000;

/** See takeMore(). */
const MAX_SKIPPED = 7;

class NodeTransport implements Transport, InboundPort {
  readonly port: Port;
  readonly #threads: WorkerThreads;
  readonly #anytime: boolean;
  #receiver: FrameReceiver | undefined = undefined;
  #closed = false;
  #leave: (() => void) | undefined = undefined;
  #holds = false;
  #peerBell: Doorbell | undefined = undefined;
  #forgetBell: (() => void) | undefined = undefined;
  isSameThread = false;
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

  start(receiver: FrameReceiver): void {
    this.#receiver = receiver;
    const port = this.port;
    port.on('message', (data: unknown) => {
      this.receive(data);
      this.#takeMore();
    });
    // A message that cannot be deserialized is no frame: the receiver refuses it.
    port.on('messageerror', () => {
      this.receive(undefined);
    });
    port.on('close', () => {
      this.peerLost();
    });
    // With a listener a live port holds the loop. One that died before does not, and says no
    // `close`.
    if (port.hasRef?.() === false) {
      setImmediate(() => {
        this.peerLost();
      });
    } else if (!this.#holds) port.unref();
    this.#leave = addInboundPort(this);
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

  markPeerClosed(): void {
    // The port itself tells.
  }

  setRef(yes: boolean): void {
    if (this.#holds === yes || this.#closed) return;
    this.#holds = yes;
    if (yes) this.port.ref();
    else this.port.unref();
  }

  /** All there is: only a peer that floods faster than it is read meets the bound. */
  drain(): boolean {
    if (!this.#anytime) return false;
    for (let n = 0; n < MAX_DRAINED && this.#takeOne() !== undefined; n++);
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
    this.#toSpare = inVain && this.#anytime ? Math.min(2 * this.#toSpare + 1, MAX_SKIPPED) : 0;
    this.#spared = this.#toSpare;
  }

  /** Was there any? */
  #takeSome(): boolean {
    let answered = 0;
    for (let taken = 0; taken < MAX_PER_TURN && answered < MAX_ANSWERED_PER_TURN; taken++) {
      const next = this.#takeOne();
      if (next === undefined) return taken > 0;
      if (!isPost(next.message)) answered++;
    }
    return true;
  }

  #takeOne(): Taken | undefined {
    if (this.#closed) return undefined;
    const next = takeFrom(this.#threads, this.port);
    if (next !== undefined) this.receive(next.message);
    return next;
  }

  receive(data: unknown): true {
    // What was queued still comes after our own close().
    if (this.#closed) closePortsIn(data);
    else this.#receiver?.receive(data);
    return true;
  }

  sendDoorbell(doorbell: Doorbell): void {
    this.send([DOORBELL, doorbell.buffer]);
  }

  setPeerDoorbell(memory: SharedArrayBuffer): void {
    const doorbell = new Int32Array(memory);
    this.isSameThread = ownerOf(doorbell) === this.#threads.threadId;
    if (this.isSameThread) return;
    this.#forgetBell?.();
    this.#peerBell = doorbell;
    this.#forgetBell = ringAtExit(doorbell);
    ring(doorbell, true);
  }

  get isPeerBlocked(): boolean {
    const doorbell = this.#peerBell;
    return (
      doorbell !== undefined && passesProbes(doorbell) && Atomics.load(doorbell, STATE) !== AWAKE
    );
  }

  onProbe(thread: number, count: number): void {
    // An agent that does not block needs no such question: its code runs.
    if (blockingState.blocked) blockingState.probes.push({ thread, count });
  }

  peerLost(): void {
    if (this.#closed) return;
    this.close();
    this.#receiver?.peerLost();
  }
}

/**
 * A timer that never fires: the cheapest handle that Node counts. There is one for the whole
 * thread, because Node keeps each timer in a list until it is cleared, and to clear and make one
 * for every wait() costs more.
 */
let timer: NodeJS.Timeout | undefined;
let refCount = 0;

class TimerRef implements LoopRef {
  #holds = false;

  setRef(yes: boolean): void {
    if (this.#holds === yes) return;
    this.#holds = yes;
    refCount += yes ? 1 : -1;
    if (yes && refCount > 1) return;
    timer ??= setInterval(() => undefined, 2 ** 31 - 1);
    if (yes) timer.ref();
    else if (refCount === 0) timer.unref();
  }
}

/**
 * Deno takes a message out of its port some time before it tells of it. Whoever looks in between
 * does not find it, but finds what came after it. While it tells of one it has taken no other.
 */
const canPollAnytime = !inDeno;

/**
 * Timers come before ports in a turn of the event loop, and immediates after them. A second turn is
 * for the ports that came by the first. In Bun nothing says when the ports have their turn, so
 * there we look.
 */
function deliverArrived(then: () => void): void {
  if (blockingState.blocked) {
    // No event comes through: what has arrived is taken out here.
    for (const inbound of [...blockingState.inlets]) inbound.drain?.();
    then();
    return;
  }
  const next = (): void => {
    if (inBun) for (const inbound of [...blockingState.inlets]) inbound.drain?.();
    setImmediate(then);
  };
  setImmediate(next);
}

/** `complete`: gives a port all that Node's have. */
export function nodeDriver(threads: WorkerThreads, complete: (port: object) => void): Driver {
  return {
    MessageChannel: threads.MessageChannel,
    openTransport: (port) => {
      complete(port);
      return new NodeTransport(port as unknown as Port, threads, canPollAnytime);
    },
    createLoopRef: () => new TimerRef(),
    deliverArrived,
    liveness: undefined,
  };
}
