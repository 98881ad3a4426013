import { Session } from './session.js';
import { openTransport } from '../transport/driver.js';
import { claimPort } from '../transport/ports.js';
import type { WorkingPort } from '../support/platform.js';

/** A client's line over a port that the user gave to `entry`. */
export function sessionFromPort(stackStartFn: unknown, port: unknown): Session {
  const session = new Session(openTransport(claimPort(stackStartFn, port)));
  // Where the platform can look, the capacity that came along in the port is known from the
  // beginning.
  session.connections.current.transport.drain();
  return session;
}

/** The line of one more client of the server that `like` talks to. */
export function siblingSession(like: Session, port: WorkingPort): Session {
  const session = new Session(openTransport(port), like.capacity, like.onDropped, like.heartbeat);
  // It will be told, but it may be given away before that.
  const { peerId } = like.connections.current;
  if (peerId !== undefined) session.watchHost(peerId);
  return session;
}
