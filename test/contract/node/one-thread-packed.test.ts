import { expect, test } from '@jest/globals';
import { THEMES_OVER_LANES } from '../run.js';
import { suite } from '../suite.js';
import { describeContract } from './describe-contract.js';

describeContract('one thread, packed');

test('each theme that runs over lanes is one of the suite', () => {
  const themes = suite.map(({ theme }) => theme);
  expect(THEMES_OVER_LANES.filter((theme) => !themes.includes(theme))).toEqual([]);
});
