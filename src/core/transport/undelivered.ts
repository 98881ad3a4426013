/** Reports messages that were sent and will not be read. */
import { closePortsIn } from './ports.js';
import type { Dropped, OnDropped } from '../options.js';
import { perThread } from '../support/per-thread.js';
import { valueIn } from '../protocol/values.js';
import * as frames from '../protocol/frames.js';

const threadHook = perThread<{ hook: OnDropped | undefined }>(() => ({ hook: undefined }));

/**
 * Sets a hook for all undelivered messages of this thread, whatever channel they belong to. The
 * ports in them are closed afterwards.
 */
export function setThreadHook(hook: OnDropped | undefined): void {
  threadHook().hook = hook;
}

/** For a post that will not be read, or a reply that no caller waits for. */
export function reportUndelivered(hook: OnDropped | undefined, frame: frames.Frame): void {
  notifyUndelivered(hook, frame, () => droppedOf(frame));
}

/** `ports`: what contains the ports that must be closed, unless the channel's hook gets them. */
export function notifyUndelivered(
  hook: OnDropped | undefined,
  ports: unknown,
  describe: () => Dropped | undefined,
): void {
  if (hook === undefined && threadHook().hook === undefined) {
    closePortsIn(ports);
    return;
  }
  // Later, because a hook that throws must not stop the messages that come after this one.
  void Promise.resolve().then(() => {
    const dropped = describe();
    if (dropped !== undefined) threadHook().hook?.(dropped);
    if (dropped === undefined || hook === undefined) closePortsIn(ports);
    else hook(dropped);
  });
}

function droppedOf(frame: frames.Frame): Dropped | undefined {
  try {
    if (frame[0] === frames.POST) return { type: 'post', msg: valueIn(frame) };
    if (frame[0] === frames.REPLY) return { type: 'reply', value: valueIn(frame) };
    if (frame[0] === frames.FAIL || frame[0] === frames.HANDLER_ERROR) {
      return { type: 'failure', error: valueIn(frame) };
    }
  } catch {
    // The error records are malformed: there is nothing to report.
  }
  return undefined;
}
