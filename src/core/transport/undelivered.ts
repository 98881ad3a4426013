/** What reached nobody, and who is told of it. */
import { closePortsIn } from './ports.js';
import type { Dropped, OnDropped } from '../options.js';
import { perThread } from '../support/per-thread.js';
import { valueOf } from '../protocol/values.js';
import * as frames from '../protocol/frames.js';

const thread = perThread<{ hook: OnDropped | undefined }>(() => ({ hook: undefined }));

/**
 * Told of all that reaches nobody in this thread, whatever channel it came by; ports in it are
 * closed then.
 */
export function setThreadHook(hook: OnDropped | undefined): void {
  thread().hook = hook;
}

/** A post that nobody will read, or an answer that nobody waits for. */
export function reportUndelivered(hook: OnDropped | undefined, frame: frames.Frame): void {
  notifyUndelivered(hook, frame, () => describe(frame));
}

/** `ports`: where those are that must be closed, unless the hook takes them. */
export function notifyUndelivered(
  hook: OnDropped | undefined,
  ports: unknown,
  what: () => Dropped | undefined,
): void {
  if (hook === undefined && thread().hook === undefined) {
    closePortsIn(ports);
    return;
  }
  // Not in this call: a hook that throws is its owner's bug, and must not stop the traffic.
  void Promise.resolve().then(() => {
    const dropped = what();
    if (dropped !== undefined) thread().hook?.(dropped);
    if (dropped === undefined || hook === undefined) closePortsIn(ports);
    else hook(dropped);
  });
}

function describe(frame: frames.Frame): Dropped | undefined {
  try {
    if (frame[0] === frames.POST) return { type: 'post', msg: valueOf(frame) };
    if (frame[0] === frames.REPLY) return { type: 'reply', value: valueOf(frame) };
    if (frame[0] === frames.FAIL || frame[0] === frames.HANDLER_ERROR) {
      return { type: 'failure', error: valueOf(frame) };
    }
  } catch {
    // Malformed: there is nothing to tell.
  }
  return undefined;
}

/** For whoever has taken a message apart: its ports will reach nobody. */
export const closeMovedPorts = (moved: readonly object[]): void => {
  closePortsIn(moved);
};
