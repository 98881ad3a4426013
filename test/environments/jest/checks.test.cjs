const lib = { ...require('ump-ng'), ...require('ump-ng/actors'), ...require('ump-ng/sync') };
const { CHECKS, WITH_FAKE_TIMERS } = require('../app/checks.cjs');

test.each(Object.entries(CHECKS))('%s', (_name, check) => check(lib));

describe('with fake timers', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  test.each(Object.entries({ ...CHECKS, ...WITH_FAKE_TIMERS }))('%s', (_name, check) =>
    check(lib, (ms) => jest.advanceTimersByTime(ms)),
  );
});
