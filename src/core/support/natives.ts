/**
 * Functions of the platform that a test may have replaced or removed. Whatever keeps a call going,
 * or watches another thread, uses these; the times that the application sets (`timeout`, `idle`,
 * the pauses between restarts) use the global timers, so that fake timers apply to them.
 */
import { perThread } from './per-thread.js';
import { globals } from './platform.js';

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

/** A longer timeout overflows in setTimeout(), which then fires after 1 ms. */
export const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Calls `call` after `ms` milliseconds; unless `keepsAlive`, the timer does not keep a process
 * alive. Returns a function that stops the timer.
 */
export type StartTimer = (ms: number, call: () => void, keepsAlive?: boolean) => () => void;

function startTimer(
  from: Pick<Natives, 'setTimeout'>,
  ms: number,
  call: () => void,
  keepsAlive = false,
): unknown {
  const timer = from.setTimeout(call, Math.min(ms, MAX_TIMEOUT_MS));
  if (!keepsAlive) (timer as { unref?: () => void }).unref?.();
  return timer;
}

/** In real time, whatever a test has done to the global timers. */
export const realTimer: StartTimer = (...args) => {
  const from = natives();
  const { clearTimeout } = from;
  const timer = startTimer(from, ...args);
  return () => {
    clearTimeout(timer);
  };
};

/** Whether a test has replaced the global timers since this module was loaded. */
export const hasFakeTimers = (): boolean => globals.setTimeout !== startTimeout;

/**
 * By the global timers, for a time that the application has set. A timer of Node stops itself,
 * because the global functions may be others by then than those that have started it.
 */
export const applicationTimer: StartTimer = (...args) => {
  const timer = startTimer(globals, ...args) as { close?: () => void } | null;
  return () => {
    if (typeof timer?.close === 'function') timer.close();
    else globals.clearTimeout(timer);
  };
};
