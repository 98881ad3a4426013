/**
 * The ports of this package that this agent holds, or has sent on. A message says in a field of its
 * frame which of the ports in it are such, so that the receiver can report where they are.
 */
import { perThread } from '../support/per-thread.js';

/** Reports the agent that the port is sent to, and the agent that sends it. */
export type HolderListener = (holder: string, giver: string | undefined) => void;

/** Each with an additional way to report its holder, if there is one. */
export const ownPorts = perThread(() => new WeakMap<object, HolderListener | undefined>());

/** The indexes of such ports in a transfer list; undefined if there is none. */
export function ownPortIndexes(transfer: readonly object[]): number[] | undefined {
  const indexes: number[] = [];
  for (const [at, port] of transfer.entries()) if (ownPorts().has(port)) indexes.push(at);
  return indexes.length === 0 ? undefined : indexes;
}
