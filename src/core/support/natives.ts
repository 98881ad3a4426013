/**
 * Functions of the platform that a test may have replaced or removed. Whatever keeps a call going,
 * or watches another thread, uses these; the times that the application sets (`timeout`, `idle`,
 * the pauses between restarts) use the global timers, so that fake timers apply to them.
 */
import { perThread } from './per-thread.js';
import { globals, later, MAX_TIMEOUT_MS } from './platform.js';

export interface Natives {
  setTimeout(call: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  /** Milliseconds since some moment; no change of the clock affects them. */
  now(): number;
  structuredClone(value: unknown, options?: { transfer: readonly object[] }): unknown;
  /**
   * Whether the platform turns this object into an empty one when it sends it, and should refuse
   * it. This is on the hot path for objects of classes.
   */
  isLost(object: object): boolean;
}

/**
 * As they were when this module was loaded. Browsers refuse to call them as methods. Their names
 * differ from the globals' because bundlers turn them into variables of a classic script, where one
 * called `setTimeout` would take the place of the global function before this line has read it.
 */
const startTimeout = globals.setTimeout;
const stopTimeout = globals.clearTimeout;
const clock = globals.performance;

/** The driver of this thread may replace some of them. */
export const natives = perThread<Natives>(() => ({
  setTimeout: (call, ms) => startTimeout(call, ms),
  clearTimeout: (timer) => {
    stopTimeout(timer);
  },
  now: () => clock.now(),
  structuredClone: (value, options) => globals.structuredClone(value, options),
  isLost: () => false,
}));

/**
 * Calls `call` after `ms` milliseconds; unless `keepsAlive`, the timer does not keep a process
 * alive. Returns a function that stops the timer.
 */
export type StartTimer = (ms: number, call: () => void, keepsAlive?: boolean) => () => void;

/** In real time, whatever a test has done to the global timers. */
export const realTimer: StartTimer = (ms, call, keepsAlive = false) => {
  const { setTimeout, clearTimeout } = natives();
  const timer = setTimeout(call, Math.min(ms, MAX_TIMEOUT_MS));
  if (!keepsAlive) (timer as { unref?: () => void }).unref?.();
  return () => {
    clearTimeout(timer);
  };
};

/** Whether a test has replaced the global timers since this module was loaded. */
export const hasFakeTimers = (): boolean => globals.setTimeout !== startTimeout;

/** By the global timers, for a time that the application has set. */
export const applicationTimer: StartTimer = (ms, call, keepsAlive) => {
  const timer = later(ms, call, keepsAlive);
  return () => {
    stopTimer(timer);
  };
};

/**
 * Stops a timer of {@link later}. A timer of Node stops itself, because the global functions may be
 * others than those that have started it.
 */
export function stopTimer(timer: unknown): void {
  if (typeof timer === 'object' && timer !== null && 'close' in timer) {
    (timer as { close: () => void }).close();
  } else globals.clearTimeout(timer);
}
