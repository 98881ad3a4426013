// The messages between the threads of this example.
import type { MessagePort } from 'node:worker_threads';

export type Words = Map<string, number>;

export interface Lines {
  lines: number;
  empty: number;
  /** Characters in the longest line. */
  longest: number;
}

/** From a client to the coordinator. */
export interface Question {
  /** `lines` is quick; `words` is slow. */
  ask: 'lines' | 'words';
  chunk: number;
}

/** The reply to the client, from the coordinator or from a helper. */
export type Answer =
  { by: string; ask: 'lines'; lines: Lines } | { by: string; ask: 'words'; words: Words };

/** From the coordinator to a helper: a question, and the right to answer it. */
export interface Job {
  text: string;
  /** The port of a moved ReplyContext. */
  context: MessagePort;
}

/**
 * One answer, as its client saw it. Times are milliseconds, on the clock that all threads share.
 */
export interface Answered {
  type: 'answered';
  by: string;
  words: number;
  asked: number;
  answered: number;
}

/** The sum of all replies to a client. */
export interface Total {
  type: 'total';
  words: Words;
  lines: Lines;
}

/** From the clients to the main thread. */
export type Report = Answered | Total;
