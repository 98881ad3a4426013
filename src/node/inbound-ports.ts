/** The ports of this agent that must be polled while it blocks; src/sync does it. */
import { perThread } from '../core/support/per-thread.js';
import type { Doorbell } from './doorbell.js';
import type { Port } from './ports.js';

export interface UserEvents {
  emit(type: 'message' | 'messageerror', data: unknown): unknown;
}

/** A port through which messages come in. */
export interface InboundPort {
  readonly port: Port;
  /** Handles a message. False if the message is not ours, but the application's. */
  receive(data: unknown): boolean;
  /** Delivers now what has already arrived. */
  poll?(): unknown;
  /** The other end is known to be dead. */
  peerLost(): void;
  /** Whether the other end is known to be dead although the port does not report it. */
  isPeerLost?(): boolean;
  /** Sends the doorbell of this agent to the other end. */
  sendDoorbell?(doorbell: Doorbell): void;
  /** Emits the application's messages, and those that cannot be read. */
  readonly user?: UserEvents;
}

/** A PROBE of a blocked thread that looks for a deadlock; `count` numbers its probes. */
interface ReceivedProbe {
  readonly thread: number;
  readonly count: number;
}

interface BlockingState {
  readonly ports: Set<InboundPort>;
  /** Defined once this agent has blocked for the first time. */
  doorbell: Doorbell | undefined;
  /** True while this agent blocks: no event or timer fires, so nothing can be deferred. */
  isBlocked: boolean;
  /** Probes that have come in while this agent blocks, and were not forwarded yet. */
  readonly probes: ReceivedProbe[];
}

export const blockingState = perThread<BlockingState>(() => ({
  ports: new Set(),
  doorbell: undefined,
  isBlocked: false,
  probes: [],
}));

/** Returns a function that removes it. */
export function addInboundPort(inbound: InboundPort): () => void {
  const { ports, doorbell } = blockingState();
  ports.add(inbound);
  if (doorbell !== undefined) inbound.sendDoorbell?.(doorbell);
  return () => {
    ports.delete(inbound);
  };
}
