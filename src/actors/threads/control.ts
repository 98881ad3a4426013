/**
 * What a thread that started another, and that one, say to one another beside the messages of the
 * actor.
 */
import type { PortLike } from '../../core/internal.js';

/** The channel's name. */
export const CONTROL = 'ump-ng/actors';

/**
 * The way to the names of the family, once it was asked for; undefined if there is none any more.
 */
export type ControlPost = PortLike | undefined;

export type ControlRequest =
  /** Start the actor; answered when it ends. */
  | [verb: 'start', init: unknown]
  /** Answered once somebody there wants the names of the family. */
  | [verb: 'names']
  /** How the actor is doing. */
  | [verb: 'stats'];
