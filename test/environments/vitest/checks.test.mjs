import * as core from 'ump-ng';
import * as actors from 'ump-ng/actors';
import * as sync from 'ump-ng/sync';
import { afterEach, beforeEach, describe, test, vi } from 'vitest';
import checks from '../app/checks.cjs';

const lib = { ...core, ...actors, ...sync };
const { CHECKS, WITH_FAKE_TIMERS } = checks;

test.each(Object.entries(CHECKS))('%s', (_name, check) => check(lib));

describe('with fake timers', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  test.each(Object.entries({ ...CHECKS, ...WITH_FAKE_TIMERS }))('%s', (_name, check) =>
    check(lib, (ms) => vi.advanceTimersByTime(ms)),
  );
});
