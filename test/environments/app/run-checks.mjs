// Runs all checks in this process, and prints one line for each.
import * as core from 'ump-ng';
import * as actors from 'ump-ng/actors';
import * as comlink from 'ump-ng/comlink';
import * as sync from 'ump-ng/sync';
import checks from './checks.cjs';

const lib = { ...core, ...actors, ...sync, comlink };

/** `tick` moves the fake timers on, where there are any. */
export async function runChecks(tick) {
  const all = { ...checks.CHECKS, ...(tick && checks.WITH_FAKE_TIMERS) };
  for (const [name, check] of Object.entries(all)) {
    await check(lib, tick).then(
      () => console.log(`ok ${name}`),
      (error) => console.log(`FAILED ${name}`, error),
    );
  }
}
