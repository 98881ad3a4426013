/** The driver where the ports of this thread are those of node:worker_threads. */
import type { LoopRef } from '../core/support/loop-ref.js';
import { perThread } from '../core/support/per-thread.js';
import { MAX_TIMEOUT_MS, natives, type Natives } from '../core/support/natives.js';
import { ownGlobal } from '../core/support/platform.js';
import type { Driver } from '../core/transport/driver.js';
import { performanceClock, timers } from './builtins.js';
import { blockingState } from './inbound-ports.js';
import { lostObjects } from './lost-objects.js';
import { inBun } from './ports.js';
import { openNodeTransport } from './transport.js';
import { nodeThreads, type WorkerThreads } from './worker-threads.js';

/** Undefined where the ports are not Node's. */
export function nodeDriver(): Driver | undefined {
  const threads = nodeThreads();
  return (
    threads && {
      MessageChannel:
        ownGlobal('MessageChannel') === undefined ? threads.MessageChannel : undefined,
      openTransport: (port) => openNodeTransport(threads, port),
      createLoopRef: () => new TimerRef(),
      deliverArrived,
      liveness: undefined,
      natives: nodeNatives(threads),
    }
  );
}

const nodeNatives = (threads: WorkerThreads): Partial<Natives> => ({
  setTimeout: timers.setTimeout,
  clearTimeout: (timer) => {
    timers.clearTimeout(timer as NodeJS.Timeout);
  },
  now: () => performanceClock.now(),
  ...(ownGlobal('structuredClone') === undefined && {
    structuredClone: (value, options) => cloneThroughPort(threads, value, options?.transfer),
  }),
  isLost: lostObjects((value) => natives().structuredClone(value)),
});

/** For a simulated page without structuredClone(). */
function cloneThroughPort(
  { MessageChannel, receiveMessageOnPort }: WorkerThreads,
  value: unknown,
  transfer: readonly object[] = [],
): unknown {
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(value, transfer as never);
    return receiveMessageOnPort(port2)?.message as unknown;
  } finally {
    port1.close();
  }
}

interface LoopTimer {
  timer: NodeJS.Timeout | undefined;
  refCount: number;
}

const loopTimer = perThread<LoopTimer>(() => ({ timer: undefined, refCount: 0 }));

/**
 * References a timer that never fires: the cheapest handle that Node counts. One timer serves the
 * whole thread, because Node keeps each timer in a list until it is cleared, and to create and
 * clear one for every wait() costs more.
 */
class TimerRef implements LoopRef {
  readonly #shared = loopTimer();
  #isRef = false;

  setRef(on: boolean): void {
    if (this.#isRef === on) return;
    this.#isRef = on;
    const shared = this.#shared;
    shared.refCount += on ? 1 : -1;
    if (on && shared.refCount > 1) return;
    const timer = (shared.timer ??= timers.setInterval(() => undefined, MAX_TIMEOUT_MS));
    if (on) timer.ref();
    else if (shared.refCount === 0) timer.unref();
  }
}

/**
 * In a turn of the event loop timers come before ports, and immediates after them. The second turn
 * is for ports that came in through other ports in the first. Bun does not order ports and
 * immediates, so the ports are polled there.
 */
function deliverArrived(then: () => void): void {
  if (blockingState().isBlocked) {
    // No events fire while the thread is blocked, so the ports are polled here.
    pollAll();
    then();
    return;
  }
  const next = (): void => {
    if (inBun) pollAll();
    timers.setImmediate(then);
  };
  timers.setImmediate(next);
}

function pollAll(): void {
  for (const inbound of [...blockingState().ports]) inbound.poll?.();
}
