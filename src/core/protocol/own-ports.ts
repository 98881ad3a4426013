/**
 * The ports of this package that this agent holds or has sent on. A frame lists which ports in its
 * value are such ports, so that the receiver can report that it holds them now.
 */
import { perThread } from '../support/per-thread.js';

/** Reports the agent that a port is sent to, and the agent that sends it. */
export type HolderListener = (holder: string, sender: string | undefined) => void;

/** Each port with a second way to report its holder, if there is one. */
export const ownPorts = perThread(() => new WeakMap<object, HolderListener | undefined>());

/** The indexes of such ports in a transfer list; undefined if there is none. */
export function ownPortIndexes(transfer: readonly object[]): number[] | undefined {
  const indexes: number[] = [];
  for (const [at, port] of transfer.entries()) if (ownPorts().has(port)) indexes.push(at);
  return indexes.length === 0 ? undefined : indexes;
}
