/** Requests whose timeouts have elapsed, until they are given up. */
import { inBatches } from '../support/batches.js';
import { perThread } from '../support/per-thread.js';
import { afterArrived, roundsBegun } from '../transport/deadlines.js';

export interface Expiring {
  /** The connection over which its reply will come. */
  readonly connection: unknown;
  /** Gives the request up, unless it is settled. */
  expire(): void;
}

interface Entry {
  readonly request: Expiring;
  readonly connection: unknown;
}

interface Group {
  entries: Entry[];
  /** The number of rounds that had begun when the group was created. */
  round: number;
}

/**
 * The last group. A request joins it as long as the round that the group waits for has not begun.
 */
const lastGroup = perThread<Group>(() => ({ entries: [], round: -1 }));

/**
 * Gives the request up, unless its reply has arrived by now: also if the reply comes over a port
 * that another message, which has arrived too, brings.
 */
export function giveUpUnlessAnswered(request: Expiring): void {
  const group = lastGroup();
  if (group.round !== roundsBegun()) {
    const entries: Entry[] = [];
    Object.assign(group, { entries, round: roundsBegun() });
    afterArrived(() => {
      onArrived(entries);
    });
  }
  group.entries.push({ request, connection: request.connection });
}

function onArrived(all: readonly Entry[]): void {
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
