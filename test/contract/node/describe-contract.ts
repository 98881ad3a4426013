/** The contract suite as Jest tests, in one rig of Node. */
import { describe, test } from '@jest/globals';
import { nodeRigs } from '../rigs/node.js';
import { isRunIn, missing, runCase } from '../run.js';
import { suite } from '../suite.js';

// Longer than the watchdog of runCase, whose message names the case.
const TIMEOUT_MS = 60_000;

const rigs = new Map(nodeRigs(new URL('../../../build/test/contract/rigs/', import.meta.url)));

export function describeContract(rig: string): void {
  const makeRig = rigs.get(rig)!;
  describe(`contract, ${rig}`, () => {
    for (const each of suite) {
      if (!isRunIn(each, makeRig())) continue;
      const lacks = missing(each, makeRig());
      const name = `${each.theme}: ${each.sentence}`;
      if (lacks.length > 0) test.skip(`${name} [needs ${lacks.join(', ')}]`, () => {});
      else test(name, () => runCase(each, makeRig()), TIMEOUT_MS);
    }
  });
}
