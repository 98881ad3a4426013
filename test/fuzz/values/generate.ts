/** Random shapes. */
import type { Random } from '../../simulation/random.js';
import { typeNames } from './build.js';
import { oddNames } from './odd.js';
import { list, shape, type Shape } from './shape.js';

const KEYS = [
  ...['x', 'y', 'length', 'name', 'message', 'stack', 'fields', 'cause', 'errors', 'class', 'at'],
  ...['__proto__', 'constructor', 'prototype', 'then', 'toString', 'valueOf', 'toJSON', 'status'],
  ...['postMessage', 'close', 'code', '0', '-1', '4294967295', ''],
];
const TEXTS = [
  ...KEYS,
  ...['ump-ng', 'unread', 'Error', 'TypeError', 'AggregateError', 'UmpError', 'ServerDisappeared'],
  ...['callback', 'object', 'stream', 'proxy', 'throw', 'end of stream', 'ump-ng by reference'],
  ...['progress', 'comlink', 'ump-ng.tunnel', 'Protocol', 'x'.repeat(300)],
];

const WEIGHTS = {
  number: 6,
  literal: 2,
  words: 4,
  odd: 6,
  list: 4,
  object: 4,
  map: 1,
  set: 1,
  same: 2,
  each: 2,
  sameFields: 1,
  eachField: 1,
  sameMap: 0.5,
  eachSet: 0.5,
  nest: 1,
  chain: 1,
  twist: 1,
  again: 2,
  sparse: 1,
  text: 0.5,
  digits: 0.3,
  bytes: 1,
  error: 2,
  record: 1,
  port: 1.5,
  fresh: 0.5,
  line: 0.5,
};

/** A number of parts: mostly small, so that a story takes little time. */
export const someCount = (random: Random): number =>
  random.chance(0.8) ? random.below(6) : random.chance(0.9) ? random.below(60) : random.below(2000);

export const someText = (random: Random): string => random.pick(TEXTS);

export const someNumber = (random: Random): number =>
  random.chance(0.8) ? random.below(6) - 1 : random.pick([20, 28, 127, 128, 200, 1000, 2 ** 31]);

const someFields = (random: Random, depth: number): [string, Shape][] =>
  Array.from({ length: random.below(4) }, () => [random.pick(KEYS), someShape(random, depth)]);

/** Any shape. `depth` is how deep it may be, apart from its nests and chains. */
export function someShape(random: Random, depth = 3): Shape {
  const kind = random.weighted(WEIGHTS);
  const part = (): Shape => (depth > 0 ? someShape(random, depth - 1) : someNumber(random));
  const parts = (): Shape[] => Array.from({ length: random.below(4) }, part);
  switch (kind) {
    case 'number':
      return someNumber(random);
    case 'literal':
      return random.pick([null, true, false]);
    case 'words':
      return someText(random);
    case 'odd':
      return shape('odd', random.pick(oddNames));
    case 'list':
      return list(...parts());
    case 'object':
      return shape('object', ...someFields(random, depth - 1));
    case 'map':
      return shape('map', ...parts().map((each): [Shape, Shape] => [each, part()]));
    case 'set':
      return shape('set', ...parts());
    case 'same':
    case 'each':
    case 'sameFields':
    case 'eachField':
    case 'sameMap':
    case 'eachSet':
    case 'nest':
    case 'chain':
      return [kind, someCount(random), part()];
    case 'twist':
      return shape('twist', 1 + random.below(6), 1 + someCount(random), part());
    case 'again':
      return shape('again', random.below(8));
    case 'sparse':
      return shape('sparse', random.pick([2 ** 32 - 1, 2 ** 31, 2 ** 27]));
    case 'text':
    case 'digits':
      return [kind, someCount(random)];
    case 'bytes':
      return shape('bytes', random.pick(typeNames), someCount(random));
    case 'error':
      return shape('error', someText(random), someText(random), someFields(random, depth - 1));
    case 'record':
      return someRecord(random, depth);
    case 'port':
      return shape('port', random.below(3));
    case 'line':
      return shape('line', random.below(4));
    default:
      return shape('fresh');
  }
}

/** What stands for an Error in a frame: well-formed, or nearly. */
export function someRecord(random: Random, depth = 2): Shape {
  const fields = random.chance(0.8)
    ? shape('object', ...someFields(random, depth - 1))
    : someShape(random, depth - 1);
  const more: [string, Shape][] = [];
  if (random.chance(0.4)) more.push(['at', somePaths(random)]);
  if (random.chance(0.1)) more.push(['class', someText(random)]);
  if (random.chance(0.1)) more.push([random.pick(KEYS), someShape(random, 1)]);
  const name = random.chance(0.8) ? someText(random) : someShape(random, 1);
  return shape('record', name, fields, more);
}

const somePaths = (random: Random): Shape =>
  random.chance(0.2)
    ? someShape(random, 2)
    : list(...Array.from({ length: 1 + random.below(3) }, () => somePath(random)));

export const somePath = (random: Random): Shape =>
  random.chance(0.1)
    ? someShape(random, 1)
    : list(
        ...Array.from({ length: random.below(4) }, () =>
          random.chance(0.5) ? random.below(3) : someText(random),
        ),
      );
