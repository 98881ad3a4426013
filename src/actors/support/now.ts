import { globals } from '../../core/internal.js';

/**
 * Milliseconds by the clock of the application, which no change of the time of day affects. Fake
 * timers replace it, as they replace the timers of the times that the application sets.
 */
export const now = (): number => globals.performance.now();
