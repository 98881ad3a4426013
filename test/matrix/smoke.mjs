// Run by every Node release of the matrix, against the built package, without a test runner.
import assert from 'node:assert/strict';
import * as ump from 'ump-ng';

assert.equal(typeof ump.channel, 'function');
console.log(`smoke: passed on Node ${process.version}`);
