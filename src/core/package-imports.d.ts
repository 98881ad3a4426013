/** What is behind this name depends on the platform: see `imports` in package.json. */

declare module '#platform' {
  /** Called once in each thread, when the thread first needs its driver. */
  export function createDriver(): import('./transport/driver.js').Driver;
}
