/** Where the other ends of the lines are that a blocking call depends on. */
import {
  type ClientConnection,
  type Mailbox,
  type PendingRequest,
  PROBE,
  type Session,
  type Transport,
} from '../core/internal.js';

type SessionConnections = Pick<Session, 'connections'>;

const polled = new WeakSet<ClientConnection>();

/**
 * Was it asked before? Once all that has come was dealt with, isHere() is right about this line.
 */
export function wasPolled({ connections }: SessionConnections): boolean {
  const placed = polled.has(connections.current);
  polled.add(connections.current);
  return placed;
}

/** Is whoever could answer it, or would get a new one, in this very agent? */
export function isSameThread(
  { connections }: SessionConnections,
  pending?: PendingRequest,
): boolean {
  const home = pending?.connection ?? connections.current;
  return home.transport.isSameThread === true && (home.isOneShot || home === connections.current);
}

/** Asks whether the agent that this request waits for blocks, and waits for that thread in turn. */
export function probe(
  { connections }: SessionConnections,
  pending: PendingRequest,
  thread: number,
  count: number,
): void {
  const home = pending.connection ?? connections.current;
  if (home.transport.isPeerBlocked !== true) return;
  home.send([PROBE, thread, count, home.isOneShot ? 0 : pending.id]);
}

/** What the answer may come by. */
export const transportsOf = (
  { connections }: SessionConnections,
  { connection }: PendingRequest,
): Transport[] =>
  [...connections.all, ...(connection?.isOneShot === true ? [connection] : [])].map(
    ({ transport }) => transport,
  );

/** Are all who could send something in this very agent? */
export function areSameThread({ acceptor, lifetime, connections }: Mailbox): boolean {
  const all = [...connections];
  return (
    acceptor === undefined &&
    all.filter((connection) => connection.countsAsClient).length === lifetime.clientCount &&
    all.every(({ transport }) => transport.isSameThread)
  );
}
