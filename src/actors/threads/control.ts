/** The control channel between a thread and the thread that started it, beside the actor's own. */
import type { PortLike } from '../../core/internal.js';

/** The name of the channel. */
export const CONTROL = 'ump-ng/actors';

/** The port to the registry, once it was requested; undefined if the registry is gone. */
export type ControlPost = PortLike | undefined;

export type ControlRequest =
  /** Starts the actor; the reply comes when the actor has ended. */
  | [verb: 'start', init: unknown]
  /** The reply comes once the actor's handler is ready. */
  | [verb: 'started']
  /** The reply comes once the thread needs the registry; the parent then posts a port to it. */
  | [verb: 'registry']
  /** Returns the bytes of memory that the thread uses. */
  | [verb: 'memory']
  /** Returns the statistics of the actor. */
  | [verb: 'stats'];
