/** What reached nobody, and who is told of it. */
import { discard } from './link.js';
import type { Dropped, OnDropped } from './options.js';
import { valueOf } from './values.js';
import * as wire from './wire.js';

let everywhere: OnDropped | undefined = undefined;

/**
 * Told of all that reaches nobody in this thread, whatever channel it came by; ports in it are
 * closed then.
 */
export function watchDropped(hook: OnDropped | undefined): void {
  everywhere = hook;
}

/** A post that nobody will read, or an answer that nobody waits for. */
export function reportDropped(hook: OnDropped | undefined, frame: wire.Frame): void {
  tellDropped(hook, frame, () => droppedOf(frame));
}

/** `ports`: where those are that must be closed, unless the hook takes them. */
export function tellDropped(
  hook: OnDropped | undefined,
  ports: unknown,
  what: () => Dropped | undefined,
): void {
  if (hook === undefined && everywhere === undefined) {
    discard(ports);
    return;
  }
  // Not in this call: a hook that throws is its owner's bug, and must not stop the traffic.
  void Promise.resolve().then(() => {
    const dropped = what();
    if (dropped !== undefined) everywhere?.(dropped);
    if (dropped === undefined || hook === undefined) discard(ports);
    else hook(dropped);
  });
}

function droppedOf(frame: wire.Frame): Dropped | undefined {
  try {
    if (frame[0] === wire.POST) return { type: 'post', msg: valueOf(frame) };
    if (frame[0] === wire.REPLY) return { type: 'reply', value: valueOf(frame) };
    if (frame[0] === wire.FAIL || frame[0] === wire.THREW) {
      return { type: 'failure', error: valueOf(frame) };
    }
  } catch {
    // Malformed: there is nothing to tell.
  }
  return undefined;
}

/** For whoever has taken a message apart: its ports will reach nobody. */
export const closePorts = (moved: readonly object[]): void => {
  discard(moved);
};
