import type { Situation } from './situation.js';

export interface Operation {
  /** How often it is chosen. */
  readonly weight: number;
  readonly run: (situation: Situation) => Promise<void> | undefined;
}

export const operation = (weight: number, run: Operation['run']): Operation => ({ weight, run });
