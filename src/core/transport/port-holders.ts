/**
 * Ports of this package that were given to the user, to be sent to another thread. Where ports do
 * not tell of a death, the line's other end must know which agent has such a port, or it would wait
 * without end when that agent dies. So the agent that has the port says so through the port itself
 * until it is taken up: at first the agent that made it, then each agent that it is sent to, before
 * it leaves and when it arrives there. The other end watches the agent that it was told of last,
 * until it hears a HELLO: see Line.doubt().
 */
import { isPortLike } from '../protocol/validate.js';
import { liveness } from './driver.js';
import { asUserPort } from './ports.js';
import type { MessagePort, WorkingPort } from '../support/platform.js';
import { LIVENESS, OWN_PORTS, type Frame } from '../protocol/frames.js';
import { ownPorts, type HolderListener } from '../protocol/own-ports.js';

/** Does nothing once the port has left. */
const tellHolder = (
  port: object,
  ...[holder, giver]: Partial<Parameters<HolderListener>>
): void => {
  if (holder !== undefined) {
    (port as WorkingPort).postMessage([LIVENESS, undefined, holder, undefined, undefined, giver]);
  }
};

/** The port is in this agent, and the user may send it on. */
function track(port: object): void {
  ownPorts().set(port, undefined);
  tellHolder(port, liveness()?.agentId);
}

/**
 * For the user. Most send it on at once: then this agent need not be told of. `also`: another way
 * to tell of the next agent; Firefox may lose what is sent by a port whose other end has only just
 * been sent away.
 */
export function handOut(port: WorkingPort, also?: HolderListener): MessagePort {
  if (liveness() !== undefined) {
    ownPorts().set(port, also);
    void Promise.resolve().then(() => {
      tellHolder(port, liveness()?.agentId);
    });
  }
  return asUserPort(port);
}

/**
 * These ports are about to go to that agent; while it is not known, they are as good as here.
 * `giver`: this agent, if the next one will say that they have arrived: what is sent in an agent's
 * last moment may be lost.
 */
export function announceHolder(
  ports: readonly object[],
  holder = liveness()?.agentId,
  giver?: string,
): void {
  for (const port of ports) {
    if (holder === undefined || !ownPorts().has(port)) continue;
    tellHolder(port, holder, giver);
    ownPorts().get(port)?.(holder, giver);
  }
}

/** A message was cloned, and what it moves has moved into the clone. */
export function trackMoved(before: readonly object[] = [], after: readonly object[] = []): void {
  for (const [at, port] of after.entries()) {
    if (ownPorts().has(before[at] ?? port)) track(port);
  }
}

/** A frame has come in, or was cloned to be sent later. */
export function trackArrived(frame: Frame): void {
  const places = frame[OWN_PORTS] as readonly unknown[] | undefined;
  for (const at of places ?? []) {
    const port = (frame[3] as readonly unknown[] | undefined)?.[at as number];
    // A list that names one port many times makes this agent say so once.
    if (liveness() !== undefined && isPortLike(port) && !ownPorts().has(port as object))
      track(port as object);
  }
}
