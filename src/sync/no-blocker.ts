/** `#blocker` on platforms whose threads cannot block. */
import type { Blocker } from './blocker.js';

export const createBlocker = (): Blocker | undefined => undefined;
