/** Requests whose timeouts are over, until they are given up. */
import { inBatches } from '../support/batches.js';
import { perThread } from '../support/per-thread.js';
import { afterArrived } from '../transport/deadlines.js';

export interface Expiring {
  /** Where its answer comes from. */
  readonly connection: unknown;
  /** Gives it up, unless it is settled by then. */
  expire(): void;
}

interface Entry {
  readonly request: Expiring;
  readonly connection: unknown;
}

/** In the order of their timeouts. All that expire in one turn of the event loop share a round. */
const expired = perThread<{ entries: Entry[] }>(() => ({ entries: [] }));

/**
 * Gives the request up, unless its reply has arrived by now: also if that comes by a port that
 * another message, which has arrived too, brings.
 */
export function giveUpUnlessAnswered(request: Expiring): void {
  const { entries } = expired();
  if (entries.push({ request, connection: request.connection }) === 1) afterArrived(onArrived);
}

function onArrived(): void {
  const { entries: all } = expired();
  expired().entries = [];
  const moved = all.filter(hasMoved);
  giveUp(moved.length === 0 ? all : all.filter((entry) => !hasMoved(entry)));
  if (moved.length === 0) return;
  afterArrived(() => {
    giveUp(moved);
  });
}

const hasMoved = ({ request, connection }: Entry): boolean => request.connection !== connection;

function giveUp(entries: readonly Entry[]): void {
  let at = 0;
  inBatches(() => {
    entries[at++]?.request.expire();
    return at < entries.length;
  });
}
