import type { Random } from '../../simulation/random.js';
import type { Port } from '../platform.js';
import type { Step } from '../stories/story.js';
import type { Shape } from '../values/shape.js';
import type { App } from '../victim/app.js';

/** A victim in its role, with the ends of the attacker's lines. */
export interface Scene {
  readonly lines: readonly Port[];
  /** What its application can do, by number. */
  readonly acts: readonly (() => unknown)[];
  /** A request of an honest client, which must be answered. */
  readonly honest?: () => Promise<unknown>;
}

export interface Role {
  readonly name: string;
  /** The role that the attacker's HELLO names. */
  readonly helloAs?: number;
  /** What mostly follows the HELLO. */
  readonly opening?: readonly Step[];
  /** Its endpoint reports no end, so that what was opened there stays. */
  readonly isEndless?: boolean;
  /** A message that such an attacker would send. */
  frame(random: Random): Shape;
  begin(app: App): Scene;
}
