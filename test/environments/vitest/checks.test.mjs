import * as core from 'ump-ng';
import * as actors from 'ump-ng/actors';
import * as comlink from 'ump-ng/comlink';
import * as sync from 'ump-ng/sync';
import { afterEach, beforeEach, describe, test, vi } from 'vitest';
import checks from '../app/test-checks.cjs';

const lib = { ...core, ...actors, ...sync, comlink };
checks.testChecks(lib, vi, { afterEach, beforeEach, describe, test });
