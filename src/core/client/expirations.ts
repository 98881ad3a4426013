/** Requests whose timeouts have elapsed, until they are given up. */
import { inBatches } from '../support/batches.js';
import { afterArrived } from '../transport/deadlines.js';

export interface Expiring {
  /** The connection over which its reply will come. */
  readonly connection: unknown;
  /** Gives the request up, unless it is settled. */
  expire(): void;
}

/**
 * Gives the request up, unless its reply has arrived by now: on its connection, or on a port that
 * is in a message which has arrived.
 */
export function giveUpUnlessAnswered(request: Expiring): void {
  const { connection } = request;
  const giveUp = (): void => {
    inBatches(() => {
      request.expire();
      return false;
    });
  };
  afterArrived(() => {
    if (request.connection === connection) giveUp();
    else afterArrived(giveUp);
  });
}
