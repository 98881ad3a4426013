/** The modules behind these names depend on the platform; `imports` in package.json lists them. */

declare module '#platform' {
  /** Called once in each thread, when the thread first needs its driver. */
  export function createDriver(): import('./transport/driver.js').Driver | undefined;
}
