/** What is behind this name depends on the platform: see `imports` in package.json. */

declare module '#blocker' {
  /** Undefined where this thread cannot block. */
  export function createBlocker(): import('./blocker.js').Blocker | undefined;
}
