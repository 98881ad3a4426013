/**
 * Timeouts that let arrived messages win. In a thread that was blocked, a timer is due together
 * with all messages that have arrived meanwhile, in no defined order. So a timeout is decided only
 * after those messages have been handled.
 */
import { deliverArrived } from './driver.js';
import { realTimer, type StartTimer } from '../support/natives.js';
import { perThread } from '../support/per-thread.js';

/** A silent peer counts as dead only after this thread's event loop has turned this many times. */
export const MIN_SILENT_TURNS = 4;

interface Rounds {
  /** The callbacks of the next round. */
  waiting: (() => void)[];
  isUnderWay: boolean;
}

const currentRounds = perThread<Rounds>(() => ({ waiting: [], isUnderWay: false }));

/**
 * Calls `decide` after all messages that have arrived in this thread by now were handled, together
 * with the microtasks that follow from them. All calls within one turn of the event loop share at
 * most two rounds.
 */
export function afterArrived(decide: () => void): void {
  const rounds = currentRounds();
  rounds.waiting.push(decide);
  if (!rounds.isUnderWay) beginRound(rounds);
}

function beginRound(rounds: Rounds): void {
  // Callbacks that join later must not share this round: more messages may have arrived by then.
  const callbacks = rounds.waiting;
  rounds.waiting = [];
  rounds.isUnderWay = true;
  deliverArrived(() => {
    rounds.isUnderWay = false;
    if (rounds.waiting.length > 0) beginRound(rounds);
    for (const decide of callbacks) decide();
  });
}

/**
 * Calls `expired` after `ms` milliseconds in which this thread could read messages. The time is
 * divided into `parts`, and a period in which the thread is blocked or suspended is one part. So a
 * living peer has at least `parts` turns of this thread's event loop to answer.
 *
 * With `keepsAlive`, a Node.js process stays alive meanwhile. Returns a function that stops the
 * deadline.
 */
export function startDeadline(
  ms: number,
  parts: number,
  expired: () => void,
  keepsAlive = false,
  startTimer: StartTimer = realTimer,
): () => void {
  let stopTimer: () => void;
  let stopped = false;
  const runPart = (partsLeft: number): void => {
    stopTimer = startTimer(
      ms / parts,
      () => {
        if (partsLeft > 1) runPart(partsLeft - 1);
        else {
          afterArrived(() => {
            if (!stopped) expired();
          });
        }
      },
      keepsAlive,
    );
  };
  runPart(parts);
  return () => {
    stopped = true;
    stopTimer();
  };
}
