import { Client, sessionOf } from '../../core/internal.js';
import { settlesWithin } from './settles-within.js';

/**
 * For a client whose server has closed: the promise fulfils once the server has returned the
 * requests that it has not taken, but after `ms` milliseconds at the latest. Undefined if none is
 * pending. Does not keep a process alive.
 */
export function unreadReturned(client: unknown, ms: number): Promise<unknown> | undefined {
  if (!(client instanceof Client)) return undefined;
  const session = sessionOf(client);
  return session.requests.isDrained ? undefined : settlesWithin(session.roundTrip(), ms, false);
}
