// What the threads of this example say to one another.
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

/** Back to the client, from whoever answered: the coordinator, or a helper in its place. */
export type Answer =
  { by: string; ask: 'lines'; lines: Lines } | { by: string; ask: 'words'; words: Words };

/** From the coordinator to a helper: a question, and the right to answer it. */
export interface Job {
  text: string;
  /** A ReplyContext on its way. */
  context: MessagePort;
}

/** One answer, as its client saw it. Times are milliseconds, on the clock that all threads share. */
export interface Answered {
  type: 'answered';
  by: string;
  words: number;
  asked: number;
  answered: number;
}

/** What a client has found out by all its questions. */
export interface Total {
  type: 'total';
  words: Words;
  lines: Lines;
}

/** From the clients to the main thread. */
export type Report = Answered | Total;
