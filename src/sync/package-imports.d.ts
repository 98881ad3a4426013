/** The modules behind these names depend on the platform; `imports` in package.json lists them. */

declare module '#blocker' {
  /** Undefined where this thread cannot block. */
  export function createBlocker(): import('./blocker.js').Blocker | undefined;
}
