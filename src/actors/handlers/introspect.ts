import { mailboxOf, notOurs, raise, Server } from '../../core/internal.js';
import { performance } from '../clock.js';

/** What a server is doing. */
export interface ServerStats {
  /** Clients that count: weak ones do not. */
  clients: number;
  /** Messages that nobody has taken yet. */
  queued: number;
  /**
   * Milliseconds that the first of them has waited. For what came before the first look at the
   * server, from that look on.
   */
  oldest: number;
  /**
   * Requests that were taken, and have got no answer yet. One whose context was given away is none
   * of them any more.
   */
  inFlight: number;
  /**
   * Messages that were taken and came to a good end: posts, and requests that were answered or
   * given away.
   */
  processed: number;
  /**
   * Those that did not: requests that were failed, dropped or refused, or given up by their caller,
   * and posts whose handler threw (where `serve()` and the like read the server).
   */
  failed: number;
}

/**
 * Looks into a server of this thread, also after it was closed.
 *
 * @throws UmpError `InvalidArgument` if it is none.
 */
export function introspect<P, S, R, E>(server: Server<P, S, R, E>): ServerStats {
  mustBeServer(introspect, server);
  const { connections, unread, counts } = mailboxOf(server);
  const { taken, failed } = counts;
  let clients = 0;
  let inFlight = 0;
  for (const connection of connections) {
    if (connection.countsAsClient) clients++;
    inFlight += connection.pendingReplies;
  }
  return {
    clients,
    queued: unread.size,
    oldest: unread.oldest(now),
    inFlight,
    processed: taken - inFlight - failed,
    failed,
  };
}

export function mustBeServer(stackStartFn: unknown, server: unknown): void {
  if (!(server instanceof Server))
    raise(stackStartFn, 'InvalidArgument', notOurs(server, 'Server'));
}

const now = (): number => performance.now();

/** A post came to no good end. */
export function postFailed<P, S, R, E>(server: Server<P, S, R, E>): void {
  mailboxOf(server).counts.recordFailure();
}
