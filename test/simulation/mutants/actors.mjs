// Faults of `src/actors`: scenarios of the workload of actors find them. See list.mjs.

/** @type {(...fields: [string, string, string, string]) => import('./list.mjs').Mutant} */
const mutant = (file, name, text, replacement) => ({
  name,
  file: `actors/${file}`,
  text,
  replacement,
  workload: 'actors',
});

const calls = [
  mutant(
    'proxies/queued-request.ts',
    'an idempotent call is not sent again',
    'this.#retriesLeft > 0',
    'this.#retriesLeft > 99',
  ),
  mutant(
    'proxies/queued-request.ts',
    'a call is sent again once more than it may be',
    'this.#retriesLeft > 0',
    'this.#retriesLeft > -1',
  ),
  mutant(
    'handlers/serve-loop.ts',
    'an actor works on one call more than its concurrency',
    'this.#running.size < this.#concurrency',
    'this.#running.size <= this.#concurrency',
  ),
];

const streams = [
  mutant(
    'methods/stream.ts',
    'the third item of a stream is lost',
    'yield receive(item.msg);',
    'if (received !== 3) yield receive(item.msg);',
  ),
  mutant(
    'methods/stream.ts',
    'the actor does not learn that its caller has left a stream',
    'controller.abort(undefined);\n    server.close();',
    '',
  ),
  mutant('methods/pump.ts', 'a stream does not wait for room', '    await sink.ready();\n', ''),
];

const references = [
  mutant(
    'methods/received.ts',
    'close() of a received callback does nothing',
    'close: () => {\n      client.close();\n    },',
    'close: () => undefined,',
  ),
  mutant(
    'pools/fan-out.ts',
    'the answers that a broadcast ignores stay open',
    'if (pending.isSettled) closePortsIn(result.value);',
    'if (pending.isSettled) void closePortsIn;',
  ),
  mutant(
    'methods/received-stream.ts',
    'a stream that was left keeps its source',
    '  } finally {\n    client.close();\n  }',
    '  } finally {\n    void client;\n  }',
  ),
  mutant(
    'registry/name-table.ts',
    'the name of an actor that has ended stays',
    'void entry.weak.closed.then(() => {\n      this.#remove(name, entry);\n    });',
    '',
  ),
];

const waiting = mutant(
  'registry/name-table.ts',
  'a name that is registered late does not reach those that wait for it',
  '    for (const waiter of waiters) void this.#whenRegistered(waiter);\n',
  '    void waiters;\n',
);

const supervision = [
  mutant(
    'supervision/restart-policy.ts',
    'one restart too few is allowed',
    'this.#times.length > this.#maxRestarts',
    'this.#times.length >= this.#maxRestarts',
  ),
  mutant(
    'supervision/restart-policy.ts',
    'one restart too many is allowed',
    'this.#times.length > this.#maxRestarts',
    'this.#times.length > this.#maxRestarts + 1',
  ),
  mutant(
    'supervision/restart-policy.ts',
    'the delay before a restart does not grow',
    '2 ** (this.#times.length - 1)',
    '1',
  ),
  mutant(
    'supervision/supervise.ts',
    'rest-for-one restarts the earlier children as well',
    'this.#all.slice(from, to)',
    'this.#all.slice(to === undefined ? 0 : from, to)',
  ),
  mutant(
    'supervision/child.ts',
    'a transient child is restarted although it has not failed',
    "(restart === 'transient' && failed)",
    "restart === 'transient' || failed",
  ),
];

const pools = [
  mutant(
    'pools/failure-limit.ts',
    'a pool gives up although a worker had started',
    'this.#hasStarted || ',
    '',
  ),
  mutant(
    'pools/failure-limit.ts',
    'the first worker of a pool is tried once too often',
    'const FIRST_TRIES = 3;',
    'const FIRST_TRIES = 4;',
  ),
  mutant('pools/slot.ts', 'the successes of a pool are not counted', 'this.processed++;', '{}'),
  mutant(
    'pools/restart-delays.ts',
    'the second failure of a worker delays its restart for too long',
    '2 ** (this.#failures - 2)',
    '2 ** (this.#failures - 1)',
  ),
  mutant(
    'pools/wear-check.ts',
    'maxCalls renews no worker',
    'if (slot.used >= WORN_OUT * maxCalls) slot.wornOut();\n    this.#renew(slot);',
    'if (slot.used >= WORN_OUT * maxCalls) slot.wornOut();',
  ),
  mutant(
    'pools/wear-check.ts',
    'maxAge renews no worker',
    'const stopTimer = applicationTimer(maxAgeMs, () => {\n      this.#renew(slot);',
    'const stopTimer = applicationTimer(maxAgeMs, () => {\n      void slot;',
  ),
  mutant(
    'pools/worker-pool.ts',
    'the queue of a pool is not emptied when it gives up',
    '  #failCalls(failure: Failure): void {\n    this.closeWith(failure);',
    '  #failCalls(failure: Failure): void {\n    this.failNewCalls(failure);',
  ),
];

/** @type {readonly import('./list.mjs').Mutant[]} */
export const actors = [...calls, ...streams, ...references, waiting, ...supervision, ...pools];
