import { jest } from '@jest/globals';
import * as core from 'ump-ng';
import * as actors from 'ump-ng/actors';
import * as comlink from 'ump-ng/comlink';
import * as sync from 'ump-ng/sync';
import checks from '../app/test-checks.cjs';

checks.testChecks({ ...core, ...actors, ...sync, comlink }, jest);
