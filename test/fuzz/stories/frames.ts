/** Random frames: well-formed, nearly well-formed, and others. */
import type { Random } from '../../simulation/random.js';
import {
  someCount,
  someNumber,
  somePath,
  someRecord,
  someShape,
  someText,
} from '../values/generate.js';
import { list, shape, type Shape } from '../values/shape.js';

export const UNDEFINED = shape('odd', 'undefined');

/** Makes a field. `roles` are the frames that a victim of this role may be sent. */
type Field = (random: Random) => Shape;

const id: Field = (random) => (random.chance(0.9) ? 1 + random.below(5) : someNumber(random));
const growing: Field = (random) => (random.chance(0.5) ? shape('count') : id(random));
const value: Field = (random) => someShape(random);
const count: Field = (random) =>
  random.chance(0.8)
    ? random.below(10)
    : shape('odd', random.pick(['2^53-1', '2^32', '-0', '2^31']));
const flag: Field = (random) => random.chance(0.5);
const kind: Field = (random) => random.below(3);
const port: Field = (random) =>
  random.chance(0.7)
    ? shape('port', random.below(4))
    : random.chance(0.7)
      ? ['fresh']
      : shape('line', random.below(4));
const text: Field = (random) => someText(random);
const maybeText: Field = (random) => (random.chance(0.5) ? UNDEFINED : text(random));
const maybeCount: Field = (random) => (random.chance(0.5) ? UNDEFINED : count(random));
const some = (random: Random, field: Field): Shape[] =>
  Array.from({ length: random.below(4) }, () => field(random));

const listOf =
  (field: Field): Field =>
  (random) => {
    if (random.chance(0.8)) return list(...some(random, field));
    return random.chance(0.5)
      ? shape('same', someCount(random), field(random))
      : shape('each', someCount(random), field(random));
  };
const ids = listOf(id);
const transfer: Field = (random) =>
  random.chance(0.5) ? UNDEFINED : listOf(random.chance(0.7) ? port : value)(random);
/** The value is often built before, so that `again` among the records is one of its parts. */
const errors: Field = (random) =>
  random.chance(0.6)
    ? UNDEFINED
    : listOf((each) => (each.chance(0.5) ? shape('again', each.below(8)) : someRecord(each)))(
        random,
      );
const own: Field = (random) => (random.chance(0.7) ? UNDEFINED : listOf(count)(random));
const features = listOf((random) => (random.chance(0.5) ? 'unread' : someText(random)));
const terms: Field = (random) =>
  random.chance(0.1)
    ? someShape(random, 1)
    : list(random.pick([1, 2, 2, 2, 3]), random.pick([0, 0, 1, 3]), features(random));
const doorbell: Field = (random) =>
  random.chance(0.8) ? shape('odd', 'doorbell') : shape('odd', 'shared');
const agent: Field = (random) =>
  random.chance(0.5) ? UNDEFINED : random.pick(['-', 'agent', '? agent', 'null ump-ng 1']);

const valued = [id, value, transfer, errors, own];

/** The fields of each frame, by its tag, as another implementation would define them. */
const FIELDS: Record<number, readonly Field[]> = {
  0: [() => 'ump-ng', () => 2, (random) => random.below(6), terms, agent],
  1: [text],
  2: [],
  3: [() => 0, value, transfer, errors, own],
  4: [growing, value, transfer, errors, own],
  5: [id],
  6: [port, kind],
  7: [growing],
  8: [],
  9: valued,
  10: valued,
  11: [id, text, maybeText],
  12: [id, port],
  13: [value, errors],
  14: [count],
  15: [port],
  16: [ids, count],
  17: [count, flag, flag],
  18: [id, port, kind],
  19: [id, (random) => someFrame(random, [3, 4, 5, 6, 7, 2, 8])],
  20: [id, flag],
  21: [agent, agent, maybeCount, maybeCount, agent],
  22: [],
  23: [],
  24: [],
  25: [doorbell],
  26: valued,
  27: [count, count, id],
  28: valued,
  128: [id, (random) => list(...some(random, text))],
};
const tags = Object.keys(FIELDS).map(Number);

/** What a careless reader walks or calls without end. */
const WORST: readonly Shape[] = [
  ['sparse', 2 ** 32 - 1],
  ['twist', 4, 30, 0],
  ['each', 50, ['sparse', 2 ** 32 - 1]],
  ['odd', 'own constructor'],
  ['odd', 'looks like a port'],
];

/** Replaces or removes fields, or adds some. */
function spoiled(random: Random, fields: Shape[]): Shape[] {
  const at = random.below(fields.length);
  const how = random.below(5);
  if (how === 0) return fields.slice(0, at);
  // Fields behind those that the receiver knows, some of them where other frames have their own.
  if (how === 1) {
    return [...fields, ...Array.from({ length: 1 + random.below(5) }, () => someShape(random, 1))];
  }
  if (how === 4) return fields.map((field, other) => (other === at ? random.pick(WORST) : field));
  if (how === 2)
    return fields.map((field, other) =>
      other === at ? fields[random.below(fields.length)]! : field,
    );
  return fields.map((field, other) => (other === at ? someShape(random, 2) : field));
}

/** A frame, mostly one of those that the role may be sent. */
export function someFrame(random: Random, expected: readonly number[]): Shape {
  const tag = random.chance(0.85) ? random.pick(expected) : random.pick(tags);
  let fields: Shape[] = [tag, ...FIELDS[tag]!.map((field) => field(random))];
  // Trailing fields that are undefined are usually left out.
  while (random.chance(0.9) && fields.length > 1 && fields.at(-1) === UNDEFINED) fields.pop();
  if (random.chance(0.15)) fields = spoiled(random, fields);
  return list(...fields);
}

/** A handshake message of an endpoint. */
export function someHandshake(random: Random): Shape {
  const extra = random.chance(0.6) ? port(random) : someShape(random, 1);
  const name = random.chance(0.8) ? '' : random.pick(['comlink', 'other']);
  const fields: Shape[] = ['ump-ng', 2, random.below(6), name, extra, agent(random)];
  return list(...(random.chance(0.15) ? spoiled(random, fields) : fields));
}

/** A call of an actor's method, with what travels by reference. */
export function someCall(random: Random): Shape {
  const name = random.pick([
    'echo',
    'stream',
    'each',
    'progress',
    'nested.echo',
    'call',
    'items',
    'toString',
    'constructor',
    '__proto__',
  ]);
  const args = random.chance(0.9) ? list(...some(random, value)) : someShape(random, 1);
  const sink = random.chance(0.6)
    ? UNDEFINED
    : random.chance(0.8)
      ? port(random)
      : someShape(random, 1);
  const mode = random.pick<Shape>([UNDEFINED, 'stream', 'progress', 'x']);
  const references = random.chance(0.5) ? UNDEFINED : someReferences(random);
  const behind = random.chance(0.7) ? UNDEFINED : port(random);
  const fields = [name, args, sink, mode, references, behind];
  return list(...(random.chance(0.2) ? spoiled(random, fields) : fields));
}

const reference: Field = (random) =>
  random.chance(0.9)
    ? list(random.pick(['callback', 'object', 'stream']), port(random), ...some(random, somePath))
    : someShape(random, 1);
export const someReferences = listOf(reference);

/** What an actor answers, or the source of a stream. */
export const someAnswer: Field = (random) =>
  random.pick<Field>([
    (each) => list('end of stream', someShape(each, 1)),
    (each) => list('ump-ng by reference', someShape(each, 2), someReferences(each)),
    (each) =>
      list('end of stream', list('ump-ng by reference', someShape(each, 2), someReferences(each))),
    value,
  ])(random);

/** A call of what comlink exposes, and what it answers. */
export function someComlinkCall(random: Random): Shape {
  const path = list(
    ...some(random, (each) =>
      each.pick([
        'add',
        'nested',
        'list',
        'length',
        'call',
        'apply',
        'bind',
        'then',
        'toString',
        '__proto__',
      ]),
    ),
  );
  const packed = random.chance(0.5)
    ? UNDEFINED
    : shape('object', ['0', somePacked(random)], ['1', somePacked(random)]);
  const fields: Shape[] = [random.below(6), random.below(3), path, packed, ...some(random, value)];
  return list(...(random.chance(0.2) ? spoiled(random, fields) : fields));
}
const somePacked: Field = (random) =>
  random.chance(0.8)
    ? list(random.pick(['proxy', 'throw', 'toString', 'x']), flag(random))
    : someShape(random, 1);
export const someWire: Field = (random) =>
  random.chance(0.5) ? list(someShape(random, 2), somePacked(random)) : someShape(random, 2);

/** A frame with a value of this kind. */
export const carrying = (random: Random, tag: number, what: Field): Shape => {
  const carried = what(random);
  const listed = random.chance(0.5) ? transfer(random) : UNDEFINED;
  return list(tag, tag === 3 ? 0 : growing(random), carried, listed, errors(random));
};
