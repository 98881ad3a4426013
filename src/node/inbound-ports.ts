/** What of this agent must be looked after while it blocks; src/sync does it. */
import type { Doorbell } from './doorbell.js';
import type { Port } from './ports.js';

export interface UserEvents {
  emit(type: 'message' | 'messageerror', data: unknown): unknown;
}

/** A port that messages come in by. */
export interface InboundPort {
  readonly port: Port;
  /** What came in. False if it is none of ours, but for `user`. */
  receive(data: unknown): boolean;
  /** Delivers now what has already arrived. */
  drain?(): unknown;
  /** The other end is known to be dead. */
  peerLost(): void;
  /** Is it known although the port does not tell? */
  isPeerDead?(): boolean;
  /** Says to the other end what wakes this agent. */
  sendDoorbell?(doorbell: Doorbell): void;
  /** What tells the user of the messages that are not ours, and of those that cannot be read. */
  readonly user?: UserEvents;
}

/**
 * The question of a blocked thread whether it waits for itself; `count` tells its questions apart.
 */
export interface Probe {
  readonly thread: number;
  readonly count: number;
}

export const blockingState = {
  inlets: new Set<InboundPort>(),
  /** Once it has blocked for the first time. */
  bell: undefined as Doorbell | undefined,
  /** Now: no event comes through, and no timer. What cannot be done at once cannot be done. */
  blocked: false,
  /** Came while it blocks, and were not passed on yet. */
  probes: [] as Probe[],
};

/** Returns how to leave. */
export function addInboundPort(inbound: InboundPort): () => void {
  blockingState.inlets.add(inbound);
  if (blockingState.bell !== undefined) inbound.sendDoorbell?.(blockingState.bell);
  return () => {
    blockingState.inlets.delete(inbound);
  };
}
