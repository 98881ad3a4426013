/** Ports that are handed from one owner to another: taken over, created for two others, or closed. */
import { raise } from '../errors.js';
import { LIVENESS } from '../protocol/frames.js';
import { isPortLike } from '../protocol/validate.js';
import { portsIn } from '../protocol/ports-in.js';
import { perThread } from '../support/per-thread.js';
import type { MessagePort, WorkingPort } from '../support/platform.js';
import { createChannel, liveness, openTransport } from './driver.js';

/**
 * The ports of a line between two others. The first is for the agent whose life is `peer`: whoever
 * gets the second hears of it at once, also if that agent dies before it takes up the first. So it
 * does of the mailbox's capacity, if that is given.
 */
export function createPeerChannel(
  peer: string | undefined,
  capacity?: number,
): { port1: WorkingPort; port2: WorkingPort } {
  const channel = createChannel(createPeerChannel);
  const own = liveness()?.agentId;
  if (capacity !== undefined) channel.port1.postMessage([LIVENESS, peer, own, capacity]);
  else if (peer !== undefined || own !== undefined)
    channel.port1.postMessage([LIVENESS, peer, own]);
  return channel;
}

/** Closes a port that was not started, and those in what waits there: see {@link closePortsIn}. */
export const closeUnusedPort = (port: WorkingPort): void => {
  openTransport(port).close();
};

/**
 * Closes the ports in a message that will not be acted on, so that the holders of their other ends
 * hear of it. They stand in the frame, in its transfer list, or in those of a frame that is passed
 * on. The message may be anything: each array in it is visited once.
 */
export function closePortsIn(data: unknown): void {
  for (const port of portsIn(data)) closeUnusedPort(port);
}

/** The core handles ports by the least they can do; the user sees his platform's own type. */
export const asUserPort = (port: WorkingPort): MessagePort => port;

/** A port from the user, or undefined. */
export function asWorkingPort(port: unknown): WorkingPort | undefined {
  return isPortLike(port) ? (port as WorkingPort) : undefined;
}

const claimedPorts = perThread(() => new WeakSet<WorkingPort>());

/** A port that the user gave to `entry`; each can be taken up once. */
export function claimPort(stackStartFn: unknown, given: unknown): WorkingPort {
  const port =
    asWorkingPort(given) ?? raise(stackStartFn, 'InvalidArgument', 'this takes a MessagePort');
  if (claimedPorts().has(port)) raise(stackStartFn, 'Detached', 'this port was already taken up');
  claimedPorts().add(port);
  return port;
}
