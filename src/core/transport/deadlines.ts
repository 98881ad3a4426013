/**
 * Timeouts that let arrived messages win. In a thread that was blocked, a timer is due together
 * with all messages that have arrived meanwhile, in no defined order. So a timeout is decided only
 * after those messages have been handled.
 */
import { deliverArrived } from './driver.js';
import { perThread } from '../support/per-thread.js';
import { globals, later } from '../support/platform.js';

type Callback = () => void;

interface Rounds {
  /** The callbacks of the next round. */
  waiting: Callback[];
  isUnderWay: boolean;
  /** The number of rounds that have begun. */
  begun: number;
}

const currentRounds = perThread<Rounds>(() => ({ waiting: [], isUnderWay: false, begun: 0 }));

/**
 * Calls `decide` after all messages that have arrived in this thread by now were handled, together
 * with the microtasks that follow from them. All calls within one turn of the event loop share at
 * most two rounds.
 */
export function afterArrived(decide: Callback): void {
  const rounds = currentRounds();
  rounds.waiting.push(decide);
  if (!rounds.isUnderWay) begin(rounds);
}

function begin(rounds: Rounds): void {
  // Callbacks that join later must not share this round: more messages may have arrived by then.
  const callbacks = rounds.waiting;
  rounds.waiting = [];
  rounds.isUnderWay = true;
  rounds.begun++;
  deliverArrived(() => {
    rounds.isUnderWay = false;
    if (rounds.waiting.length > 0) begin(rounds);
    for (const decide of callbacks) decide();
  });
}

/** While this number stays the same, callbacks that wait for a round wait for the same one. */
export const roundsBegun = (): number => currentRounds().begun;

/**
 * Calls `expired` after `ms` milliseconds in which this thread could read messages. The time is
 * divided into `parts`: a period in which the thread is blocked or suspended counts as one part,
 * however long it is. So a living peer has at least that many turns of this thread's event loop to
 * answer, and a dead one is found after as many.
 *
 * With `holds`, a Node.js process stays alive meanwhile. Returns a function that stops the timer.
 */
export function startDeadline(
  ms: number,
  parts: number,
  expired: Callback,
  holds = false,
): () => void {
  let timer: unknown;
  let stopped = false;
  const runPart = (partsLeft: number): void => {
    timer = later(
      ms / parts,
      () => {
        if (partsLeft > 1) runPart(partsLeft - 1);
        else {
          afterArrived(() => {
            if (!stopped) expired();
          });
        }
      },
      holds,
    );
  };
  runPart(parts);
  return () => {
    stopped = true;
    globals.clearTimeout(timer);
  };
}
