import { ClientLine } from './client-line.js';
import { linkOver, portFrom } from './link.js';
import type { WorkingPort } from './platform.js';

/** A client's line over a port that the user gave to `entry`. */
export function lineFrom(entry: unknown, port: unknown): ClientLine {
  const line = new ClientLine(linkOver(portFrom(entry, port)));
  // Where the platform can look, the capacity that came along in the port is known from the
  // beginning.
  line.carriers.current.link.drain();
  return line;
}

/** The line of one more client of the server that `like` talks to. */
export function lineOver(like: ClientLine, port: WorkingPort): ClientLine {
  const line = new ClientLine(linkOver(port), like.capacity, like.onDropped, like.heartbeat);
  // It will be told, but it may be given away before that.
  const { peer } = like.carriers.current;
  if (peer !== undefined) line.watch(peer);
  return line;
}
