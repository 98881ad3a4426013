/**
 * A clock judges only after it has listened: in a thread that was stuck its timer is due together
 * with all that has arrived meanwhile, and nothing says which of the two comes first.
 */
import { deliverArrived } from './driver.js';
import { perThread } from '../support/per-thread.js';
import { globals, later } from '../support/platform.js';

type Callback = () => void;

interface Rounds {
  /** What the next round calls. */
  waiting: Callback[];
  isUnderWay: boolean;
}

const currentRounds = perThread<Rounds>(() => ({ waiting: [], isUnderWay: false }));

/**
 * Calls `judge` after all that has arrived in this thread by now has been handled, with the
 * microtasks that follow from it. However many ask in one turn of the event loop, they share at
 * most two rounds.
 */
export function afterArrived(judge: Callback): void {
  const rounds = currentRounds();
  rounds.waiting.push(judge);
  if (!rounds.isUnderWay) begin(rounds);
}

function begin(rounds: Rounds): void {
  // What joins later must not share this round: more may have arrived by then.
  const judgements = rounds.waiting;
  rounds.waiting = [];
  rounds.isUnderWay = true;
  deliverArrived(() => {
    rounds.isUnderWay = false;
    if (rounds.waiting.length > 0) begin(rounds);
    for (const judge of judgements) judge();
  });
}

/**
 * Calls `judge` after `ms` milliseconds in which this thread could hear. The time is divided into
 * `parts`; a stretch in which the thread is stuck, or sleeps, counts as one part, however long it
 * is. So a living peer has at least that many turns of this thread's event loop to answer, and a
 * dead one is found after as many.
 *
 * `holds`: a Node process stays alive meanwhile. Returns how to stop it.
 */
export function startDeadline(
  ms: number,
  parts: number,
  judge: Callback,
  holds = false,
): () => void {
  let timer: unknown;
  let stopped = false;
  const listen = (left: number): void => {
    timer = later(
      ms / parts,
      () => {
        if (left > 1) listen(left - 1);
        else {
          afterArrived(() => {
            if (!stopped) judge();
          });
        }
      },
      holds,
    );
  };
  listen(parts);
  return () => {
    stopped = true;
    globals.clearTimeout(timer);
  };
}
