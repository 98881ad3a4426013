/** A thread that exits on Node gives back the requests that its actor has not begun. */
import {
  finishBatches,
  mailboxOf,
  natives,
  STRONG,
  type Server,
  type ServerConnection,
} from '../../core/internal.js';

/**
 * How long the exit of a thread waits for its clients, in milliseconds. A client's thread may be
 * computing; what that thread has sent by then is lost with this one.
 */
const MAX_WAIT_MS = 500;
const PAUSE_MS = 1;

/** Whether it may have requests on their way, and its client can answer while this thread waits. */
const isAsked = ({ kind, isOpen, transport }: ServerConnection): boolean =>
  kind === STRONG && isOpen && transport.isSameThread !== true;

/**
 * Closes the server of a thread that exits: the requests that it has not taken go back to their
 * clients, also those that are on their way. No event is delivered in an exit handler, so the ports
 * are polled until every client knows that the server is closed: it sends no message after that,
 * and answers PING behind those that it has sent.
 */
export function returnUnread<P, S, R, E>(server: Server<P, S, R, E>): void {
  const { connections } = mailboxOf(server);
  const asked = new Set<ServerConnection>();
  let unanswered = 0;
  server.close();
  finishBatches();
  const { now } = natives();
  const deadline = now() + MAX_WAIT_MS;
  const sleeper = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (;;) {
    for (const connection of connections) {
      if (!connection.transport.poll()) return;
      if (asked.has(connection) || !isAsked(connection)) continue;
      asked.add(connection);
      unanswered++;
      connection.ping(() => {
        unanswered--;
      });
    }
    finishBatches();
    if (unanswered === 0 || now() > deadline) return;
    Atomics.wait(sleeper, 0, 0, PAUSE_MS);
  }
}
