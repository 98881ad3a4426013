import { mailboxOf, wrongHandleMessage, raise, Server } from '../../core/internal.js';
import { now } from '../support/now.js';

/** A snapshot of a server's work. */
export interface ServerStats {
  /** Connected clients; weak clients do not count. */
  clients: number;
  /** How many of these clients use which lane; `plain` is the one without a name. */
  lanes: Readonly<Record<string, number>>;
  /** Messages in the mailbox that were not taken yet. */
  queued: number;
  /**
   * Milliseconds that the oldest queued message has waited. Timestamps begin with the first call:
   * for messages that arrived earlier, the time since that call.
   */
  oldest: number;
  /** Requests that were taken and not answered yet. A reply context that moved does not count. */
  inFlight: number;
  /** Messages that were taken and succeeded: posts, and requests that were answered or moved. */
  processed: number;
  /**
   * Messages that were taken and did not succeed: requests that were failed, dropped, rejected or
   * cancelled by their caller, and posts whose handler threw (in actors).
   */
  failed: number;
}

/**
 * Returns statistics of a server in this thread, also after it was closed.
 *
 * @throws UmpError `InvalidArgument` if `server` is not a Server.
 */
export function introspect<P, S, R, E>(server: Server<P, S, R, E>): ServerStats {
  checkServer(introspect, server);
  const mailbox = mailboxOf(server);
  const { unread, counts } = mailbox;
  const lanes: Record<string, number> = {};
  let clients = 0;
  let inFlight = 0;
  for (const connection of mailbox.connections) {
    if (connection.countsAsClient) {
      const { lane = 'plain' } = connection.transport;
      lanes[lane] = (lanes[lane] ?? 0) + 1;
      clients++;
    }
    inFlight += connection.pendingReplies;
  }
  return {
    clients,
    lanes,
    queued: unread.size,
    oldest: unread.oldest(now),
    inFlight,
    processed: counts.taken - inFlight - counts.failed,
    failed: counts.failed,
  };
}

/** Throws `InvalidArgument` if `server` is not a Server. */
export function checkServer(stackStartFn: unknown, server: unknown): void {
  if (!(server instanceof Server))
    raise(stackStartFn, 'InvalidArgument', wrongHandleMessage(server, 'Server'));
}

/** Counts a post whose handler threw. */
export function recordFailedPost<P, S, R, E>(server: Server<P, S, R, E>): void {
  mailboxOf(server).counts.recordFailedPost();
}
