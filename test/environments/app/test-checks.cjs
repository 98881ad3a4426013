// Makes each check a test of the runner (Jest or Vitest), once more with its fake timers.
const { CHECKS, WITH_FAKE_TIMERS } = require('./checks.cjs');

exports.testChecks = (lib, timers, { describe, test, beforeEach, afterEach } = globalThis) => {
  test.each(Object.entries(CHECKS))('%s', (_name, check) => check(lib));

  describe('with fake timers', () => {
    beforeEach(() => void timers.useFakeTimers());
    afterEach(() => void timers.useRealTimers());
    test.each(Object.entries({ ...CHECKS, ...WITH_FAKE_TIMERS }))('%s', (_name, check) =>
      check(lib, (ms) => timers.advanceTimersByTime(ms)),
    );
  });
};
