/** Whether the peers that a blocking call depends on are in this very thread. */
import {
  type ClientConnection,
  type Mailbox,
  type PendingRequest,
  perThread,
  PROBE,
  type Session,
  type Transport,
} from '../core/internal.js';

type SessionConnections = Pick<Session, 'connections'>;

const polled = perThread(() => new WeakSet<ClientConnection>());

/**
 * Whether this connection was polled before. isSameThread() is reliable once everything that had
 * arrived was handled.
 */
export function wasPolled({ connections }: SessionConnections): boolean {
  const { current } = connections;
  const before = polled().has(current);
  polled().add(current);
  return before;
}

/** Whether the server that would reply, or that would get a new request, is in this very thread. */
export function isSameThread(
  { connections }: SessionConnections,
  pending?: PendingRequest,
): boolean {
  const connection = pending?.connection ?? connections.current;
  return (
    connection.transport.isSameThread === true &&
    (connection.isOneShot || connection === connections.current)
  );
}

/**
 * Sends a PROBE of `thread` to the agent that must reply, if that agent blocks: whether it waits,
 * through others, for that thread.
 */
export function sendProbeFor(
  { connections }: SessionConnections,
  pending: PendingRequest,
  thread: number,
  count: number,
): void {
  const connection = pending.connection ?? connections.current;
  if (connection.transport.isPeerBlocked !== true) return;
  connection.send([PROBE, thread, count, connection.isOneShot ? 0 : pending.id]);
}

/** The transports through which the reply may come. */
export const transportsOf = (
  { connections }: SessionConnections,
  { connection }: PendingRequest,
): Transport[] =>
  [...connections.all, ...(connection?.isOneShot === true ? [connection] : [])].map(
    ({ transport }) => transport.carrier ?? transport,
  );

/** Whether every client that could send something is in this very thread. */
export function areSameThread({ lifetime, connections }: Mailbox): boolean {
  const { acceptor, clientCount } = lifetime;
  const all = [...connections];
  return (
    acceptor === undefined &&
    all.filter((connection) => connection.countsAsClient).length === clientCount &&
    all.every(({ transport }) => transport.isSameThread)
  );
}
