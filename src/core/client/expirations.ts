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
 * Gives the request up, unless its reply has arrived by now, even through a port in another message
 * that has arrived.
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
