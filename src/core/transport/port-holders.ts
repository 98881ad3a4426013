/**
 * Reports which agent holds a port of this package that was handed to the application. Where ports
 * do not report a death, the other end of such a port must know the agent that holds it, or it
 * would wait without end when that agent dies. So until the port is taken up, its holder reports
 * itself through the port: first the agent that created it, then each agent that it is sent to,
 * before the port leaves and when it arrives. The other end watches the last agent that was
 * reported, until it reads a HELLO: see PeerWatch.watchHolder().
 */
import { isPortLike, namesOwnPorts } from '../protocol/validate.js';
import { liveness, onceIdentified } from './driver.js';
import { setSender } from './port-senders.js';
import type { MessagePort, WorkingPort } from '../support/platform.js';
import { LIVENESS, OWN_PORTS, type Frame } from '../protocol/frames.js';
import { ownPorts, type HolderListener } from '../protocol/own-ports.js';

/** Does nothing once the port has left this agent. */
function reportHolder(port: object, holder?: string, sender?: string): void {
  if (holder === undefined) return;
  (port as WorkingPort).postMessage([LIVENESS, undefined, holder, undefined, undefined, sender]);
}

/** This agent holds the port, and the application may send it on. */
function track(port: object): void {
  ownPorts().set(port, undefined);
  const report = (): void => {
    reportHolder(port, liveness()?.agentId);
  };
  if (liveness()?.agentId === undefined) onceIdentified(report);
  else report();
}

/**
 * Returns a port for the application. Most applications send it on at once, and then this agent
 * need not be reported as its holder.
 * @param also A second way to report the next holder: Firefox may lose what is sent over a port
 * whose other end was sent away just before.
 */
export function handOut(port: WorkingPort, also?: HolderListener): MessagePort {
  if (liveness() !== undefined) {
    ownPorts().set(port, also);
    onceIdentified(() => {
      reportHolder(port, liveness()?.agentId);
    });
  }
  return port;
}

/**
 * Reports that these ports are about to be sent to the agent `holder`; while its id is unknown,
 * this agent counts as the holder.
 * @param sender This agent, if the next one reports the arrival: what an agent sends in its last
 * moment may be lost.
 */
export function announceHolder(
  ports: readonly object[],
  holder = liveness()?.agentId,
  sender?: string,
): void {
  for (const port of ports) {
    if (holder === undefined || !ownPorts().has(port)) continue;
    reportHolder(port, holder, sender);
    ownPorts().get(port)?.(holder, sender);
  }
}

/** A message was cloned, and its transferred objects have moved into the clone. */
export function trackMoved(before: readonly object[] = [], after: readonly object[] = []): void {
  for (const [at, port] of after.entries()) {
    if (ownPorts().has(before[at] ?? port)) track(port);
  }
}

/**
 * A frame has come in, or was cloned to be sent later. Fields that follow those of its tag may be
 * anything.
 * @param sender The agent that has sent it, if it is known.
 */
export function trackArrived(frame: Frame, sender?: string): void {
  if (!namesOwnPorts(frame)) return;
  const indexes = frame[OWN_PORTS] as readonly unknown[] | undefined;
  for (const at of indexes ?? []) {
    const port = (frame[3] as readonly unknown[] | undefined)?.[at as number];
    // A hostile list may name one port many times: this agent reports itself once.
    if (liveness() !== undefined && isPortLike(port) && !ownPorts().has(port as object)) {
      track(port as object);
      setSender([port as object], sender);
    }
  }
}
