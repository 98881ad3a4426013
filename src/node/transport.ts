/**
 * A transport over a port of node:worker_threads. Such a port reports that the other end is gone,
 * and can be polled.
 */
import type * as worker_threads from 'node:worker_threads';
import { DOORBELL, PING, PONG, type Frame } from '../core/protocol/frames.js';
import { portsIn } from '../core/protocol/ports-in.js';
import { isPost } from '../core/protocol/validate.js';
import type { FrameReceiver, Transport } from '../core/transport/transport.js';
import { timers } from './builtins.js';
import { busyPoll } from './busy-poll.js';
import {
  AWAKE,
  forwardsProbes,
  ownerOf,
  ring,
  ringAtExit,
  OWNER_STATE,
  type Doorbell,
} from './doorbell.js';
import { addInboundPort, blockingState, type InboundPort } from './inbound-ports.js';
import { completePort, inDeno, takeFrom, type Port, type Taken } from './ports.js';
import type { WorkerThreads } from './worker-threads.js';

type Transferables = Parameters<worker_threads.MessagePort['postMessage']>[1];

/** Messages in one batch before the event loop continues; Node's own limit for a port. */
const MAX_PER_BATCH = 1000;

/**
 * Requests and replies in one batch before the event loop continues, so that the application can
 * act on them; otherwise the peer would idle while this side works through all that has arrived.
 * With 1000 requests in flight, this number gives 1.0 times the throughput of a hand-written echo,
 * and 16 in its place gives 0.7.
 */
const MAX_ANSWERED_PER_BATCH = 4;

/** See poll(). */
const MAX_POLLED = 1_000_000;

/** See #takeMore(). */
const MAX_SKIPPED = 7;

/**
 * Deno takes a message out of its port some time before it emits it. A poll in between does not
 * find that message, but finds the one that came after it. While Deno emits a message it has taken
 * no other.
 */
const canPollAnytime = !inDeno;

export function openNodeTransport(threads: WorkerThreads, port: object): Transport {
  completePort(threads, port);
  return new NodeTransport(port as Port, threads);
}

class NodeTransport implements Transport, InboundPort {
  readonly port: Port;
  readonly #threads: WorkerThreads;
  #receiver: FrameReceiver | undefined;
  #isClosed = false;
  #removeInbound: (() => void) | undefined;
  #isRef = false;
  #peerDoorbell: Doorbell | undefined;
  #forgetDoorbell: (() => void) | undefined;
  isSameThread = false;
  /** How many polls to skip after the next poll that finds nothing. */
  #nextSkips = 0;
  #skips = 0;
  #spinUs = 0;
  #endSpin: (() => void) | undefined;

  constructor(port: Port, threads: WorkerThreads) {
    this.port = port;
    this.#threads = threads;
  }

  send(frame: Frame, transfer?: readonly object[]): void {
    if (this.#spinUs > 0) this.#extendSpin(frame);
    this.port.postMessage(frame, transfer as Transferables);
    if (this.#peerDoorbell !== undefined) ring(this.#peerDoorbell);
  }

  start(receiver: FrameReceiver): void {
    this.#receiver = receiver;
    const port = this.port;
    port.on('message', (data: unknown) => {
      if (this.#spinUs > 0) this.#extendSpin(data);
      this.receive(data);
      this.#takeMore();
    });
    // A message that cannot be deserialized is not a frame: the receiver refuses it.
    port.on('messageerror', () => {
      this.receive(undefined);
    });
    port.on('close', () => {
      this.peerLost();
    });
    // A live port references the event loop once it has a listener. A port whose peer died before
    // does not, and emits no `close`.
    if (port.hasRef?.() === false) {
      timers.setImmediate(() => {
        this.peerLost();
      });
    } else if (!this.#isRef) port.unref();
    this.#removeInbound = addInboundPort(this);
  }

  close(closed?: () => void): void {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#removeInbound?.();
      this.#endSpin?.();
      this.#forgetDoorbell?.();
      this.port.close();
    }
    closed?.();
  }

  markPeerClosed(): void {
    // The port itself reports it.
  }

  setRef(on: boolean): void {
    if (this.#isRef === on || this.#isClosed) return;
    this.#isRef = on;
    if (on) this.port.ref();
    else this.port.unref();
  }

  setSpin(microseconds: number): void {
    if (microseconds === 0) return;
    this.#spinUs = microseconds;
    this.#endSpin = busyPoll().addUser();
  }

  /** A heartbeat is no reason to poll: it would keep an idle thread busy. */
  #extendSpin(frame: unknown): void {
    const tag = Array.isArray(frame) ? (frame[0] as unknown) : undefined;
    if (tag !== PING && tag !== PONG) busyPoll().extend(this.#spinUs);
  }

  /** Delivers everything; only a peer that floods faster than it is read meets the limit. */
  poll(): boolean {
    if (!canPollAnytime) return false;
    for (let n = 0; n < MAX_POLLED && this.#takeOne() !== undefined; n++);
    return true;
  }

  /**
   * Polling for more messages is cheaper than one event for each, but a poll that finds nothing
   * delays the reply to this message. So after an empty poll, the next 1, then 3, then 7 messages
   * skip it (except in Deno, where each event takes a turn of the event loop).
   */
  #takeMore(): void {
    if (this.#skips > 0) {
      this.#skips--;
      return;
    }
    const found = this.#takeSome();
    this.#nextSkips = !found && canPollAnytime ? Math.min(2 * this.#nextSkips + 1, MAX_SKIPPED) : 0;
    this.#skips = this.#nextSkips;
  }

  /** Returns whether there was any. */
  #takeSome(): boolean {
    let answered = 0;
    for (let taken = 0; taken < MAX_PER_BATCH && answered < MAX_ANSWERED_PER_BATCH; taken++) {
      const next = this.#takeOne();
      if (next === undefined) return taken > 0;
      if (!isPost(next.message)) answered++;
    }
    return true;
  }

  #takeOne(): Taken | undefined {
    if (this.#isClosed) return undefined;
    const next = takeFrom(this.#threads, this.port);
    if (next !== undefined) this.receive(next.message);
    return next;
  }

  receive(data: unknown): true {
    // Messages that were queued still come after our own close().
    if (!this.#isClosed) this.#receiver?.receive(data);
    else for (const port of portsIn(data)) openNodeTransport(this.#threads, port).close();
    return true;
  }

  sendDoorbell(doorbell: Doorbell): void {
    this.send([DOORBELL, doorbell.buffer]);
  }

  setPeerDoorbell(memory: SharedArrayBuffer): void {
    const doorbell = new Int32Array(memory);
    this.isSameThread = ownerOf(doorbell) === this.#threads.threadId;
    if (this.isSameThread) return;
    this.#forgetDoorbell?.();
    this.#peerDoorbell = doorbell;
    this.#forgetDoorbell = ringAtExit(doorbell);
    ring(doorbell, true);
  }

  get isPeerBlocked(): boolean {
    const doorbell = this.#peerDoorbell;
    return (
      doorbell !== undefined &&
      forwardsProbes(doorbell) &&
      Atomics.load(doorbell, OWNER_STATE) !== AWAKE
    );
  }

  onProbe(thread: number, count: number): void {
    const { isBlocked, probes } = blockingState();
    // An agent whose code runs does not wait for the thread that asks.
    if (isBlocked) probes.push({ thread, count });
  }

  peerLost(): void {
    if (this.#isClosed) return;
    this.close();
    this.#receiver?.peerLost();
  }
}
