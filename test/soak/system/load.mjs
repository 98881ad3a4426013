// Runs the operations at their rates: each kind has a period, and at most one of it runs at a time,
// so that a slow system gets less load and never a growing queue.

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Milliseconds. */
const SPREAD = 200;

async function repeat({ every, run }, system, until) {
  // The kinds do not start in step. Each runs at least once.
  await sleep(Math.random() * Math.min(every, SPREAD));
  for (let next = performance.now(); next < until;) {
    await sleep(next - performance.now());
    await run(system);
    next = Math.max(next + every, performance.now());
  }
}

/** Resolves when the time is over and the last operation of each kind has ended. */
export async function load(operations, system, ms) {
  const until = performance.now() + ms;
  await Promise.all(
    operations.map((operation) =>
      repeat(operation, system, until).catch((error) => system.tally.fail(operation.name, error)),
    ),
  );
}
