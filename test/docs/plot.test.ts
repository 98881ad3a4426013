/** The chart of the benchmarks shows the figures of its JSON file. */
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './markdown.js';

const figures = path.join(root, 'docs/benchmarks-browsers.json');
const picture = path.join(root, 'docs/benchmarks-browsers.svg');

const draw = (input: string): string =>
  execFileSync(process.execPath, ['test/bench/browsers/plot.mjs', input], {
    cwd: root,
    encoding: 'utf8',
  });

test('the chart is up to date with the figures', () => {
  expect(draw(figures)).toBe(readFileSync(picture, 'utf8'));
});

test('the chart names each measured engine, place, scenario and contender', () => {
  const { engines } = JSON.parse(readFileSync(figures, 'utf8')) as {
    engines: Record<string, { place: string; scenario: string; contender: string }[]>;
  };
  const all = Object.values(engines).flat();
  const names = all.flatMap(({ place, scenario, contender }) => [
    `${place}, ${scenario}`,
    contender,
  ]);
  const shown = readFileSync(picture, 'utf8');
  const texts = [...shown.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
  expect(all.length).toBeGreaterThan(0);
  expect(texts).toEqual(expect.arrayContaining([...Object.keys(engines), ...names]));
});
