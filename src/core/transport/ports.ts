/** Ports that pass from one owner to another: created for two other agents, taken up, or closed. */
import { raise } from '../errors.js';
import { LIVENESS } from '../protocol/frames.js';
import { isPortLike } from '../protocol/validate.js';
import { portsIn } from '../protocol/ports-in.js';
import { perThread } from '../support/per-thread.js';
import type { WorkingPort } from '../support/platform.js';
import { createChannel, liveness, openTransport } from './driver.js';
import type { PeerWatch } from './peer-watch.js';

/**
 * Creates a channel between two other agents. `port1` is for the agent of this peer. A frame is
 * already queued in it for the receiver of `port2`: it has the id of that agent, whose death the
 * receiver can so detect before `port1` is taken up, and the capacity of the mailbox if that is
 * known.
 */
export function createPeerChannel(
  peer: PeerWatch,
  capacity?: number,
): { port1: WorkingPort; port2: WorkingPort } {
  const channel = createChannel(createPeerChannel);
  reportReceiver(channel.port1, peer, capacity);
  return channel;
}

/** Reports through a port which peer it is for, to the agent that has the port's other end. */
export function reportReceiver(port: WorkingPort, peer: PeerWatch, capacity?: number): void {
  const { agentId } = peer;
  // Until the port has arrived, it can be lost with this agent, or with the peer's own port.
  const holder = peer.isIdentified ? liveness()?.agentId : peer.receiverId;
  if (capacity !== undefined) port.postMessage([LIVENESS, agentId, holder, capacity]);
  else if (agentId !== undefined || holder !== undefined) {
    port.postMessage([LIVENESS, agentId, holder]);
  }
}

/** Closes a port that was not started, and the ports in the messages that are queued in it. */
export const closeUnusedPort = (port: WorkingPort): void => {
  openTransport(port).close();
};

/**
 * Closes every port in a message that is dropped, so that the agents at the other ends see a close.
 * The ports may be in the frame, in its transfer list, or in a frame that it forwards. The message
 * may be anything: each array in it is visited once.
 */
export function closePortsIn(data: unknown): void {
  for (const port of portsIn(data)) closeUnusedPort(port);
}

/** Undefined if the value is not a port. */
export function asWorkingPort(port: unknown): WorkingPort | undefined {
  return isPortLike(port) ? (port as WorkingPort) : undefined;
}

const claimedPorts = perThread(() => new WeakSet<WorkingPort>());

/** Checks a port that the application passed to `stackStartFn`; each can be taken up once. */
export function claimPort(stackStartFn: unknown, value: unknown): WorkingPort {
  const port =
    asWorkingPort(value) ?? raise(stackStartFn, 'InvalidArgument', 'port must be a MessagePort');
  if (claimedPorts().has(port)) raise(stackStartFn, 'Detached', 'this port was already taken up');
  claimedPorts().add(port);
  return port;
}
