// Counts the rounds of the event loop that many timeouts need which fire together.
import timers from 'node:timers';

const { setImmediate, setTimeout } = timers;
let rounds = 0;
// The package reads these when it is loaded.
timers.setImmediate = (...args) => {
  rounds++;
  return setImmediate(...args);
};
const { channel } = await import('ump-ng');

const TIMEOUT = 60_000;
const due = [];
globalThis.setTimeout = (call, ms) =>
  ms === TIMEOUT ? { at: due.push(call) } : setTimeout(call, ms);
const { client, server } = channel();
const calls = Array.from({ length: 1000 }, () => client.tryReq('x', { timeout: TIMEOUT }));
for (const call of due) call();
const codes = new Set((await Promise.all(calls)).map(({ error }) => error.code));
server.close();
console.log([...codes].join(), due.length, rounds > 0 && rounds < 100);
