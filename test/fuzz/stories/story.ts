/** What an attacker does to a victim, as text. */
import type { Shape } from '../values/shape.js';

/** A line is a port of the attacker whose other end the victim has, or may get. */
export type Step =
  /** Sends a message on the line with this number, modulo all of them. */
  | readonly [verb: 'say', line: number, message: Shape]
  /** Sends it `times` times; the part `count` of the message is the number of the repetition. */
  | readonly [verb: 'repeat', line: number, times: number, message: Shape]
  /** Waits until the victim has handled everything. */
  | readonly [verb: 'wait']
  /** Closes a line. */
  | readonly [verb: 'close', line: number]
  /** The application of the victim does something, once or `times` times: see the roles. */
  | readonly [verb: 'act', what: number, times?: number];

export interface Story {
  /** The role of the victim: see roles/index.ts. */
  readonly role: string;
  readonly steps: readonly Step[];
}

export const textOf = (story: Story): string => JSON.stringify(story);
