import { describe, test } from '@jest/globals';
import { missing, runCase } from './run.js';
import { nodeRigs } from './rigs/node.js';
import { suite } from './suite.js';

// Longer than the watchdog of runCase, whose message names the case.
const LONGEST = 60_000;

describe.each(nodeRigs(new URL('../../build/test/contract/rigs/', import.meta.url)))(
  'contract, %s',
  (_name, makeRig) => {
    for (const each of suite) {
      const lacks = missing(each, makeRig());
      const name = `${each.theme}: ${each.sentence}`;
      if (lacks.length > 0) test.skip(`${name} [needs ${lacks.join(', ')}]`, () => {});
      else test(name, () => runCase(each, makeRig()), LONGEST);
    }
  },
);
