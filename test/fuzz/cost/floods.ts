/** Stories that send much: where the search for what is expensive begins. */
import { Random } from '../../simulation/random.js';
import { roles, type Role } from '../roles/index.js';
import { hello } from '../stories/generate.js';
import type { Step, Story } from '../stories/story.js';
import { isComposed, type Shape } from '../values/shape.js';

const TIMES = 300;

/** The same with many parts wherever it has some number of them, and new ports. */
function enlarged(random: Random, shape: Shape): Shape {
  if (!isComposed(shape)) return shape;
  const [head, ...rest] = shape;
  if (head === 'port') return random.chance(0.7) ? ['fresh'] : shape;
  if (head === 'list' && rest.length === 1 && random.chance(0.3)) {
    return ['each', TIMES * 4, enlarged(random, rest[0] as Shape)];
  }
  const isRepeated = typeof rest[0] === 'number' && rest.length === 2;
  return [
    head,
    ...rest.map((part, at) => {
      if (at === 0 && isRepeated) return TIMES * (1 + random.below(10));
      return Array.isArray(part) && typeof part[0] === 'string' && part.length > 1
        ? enlarged(random, part as unknown as Shape)
        : part;
    }),
  ];
}

function opened({ helloAs, opening = [] }: Role): Step[] {
  return [...(helloAs === undefined ? [] : [['say', 0, hello(helloAs)] as const]), ...opening];
}

/** Many of one message, or one that is large, or many acts before it. */
export function someFlood(random: Random, names: readonly string[]): Story {
  const role = random.pick(roles.filter(({ name }) => names.includes(name)));
  const steps = opened(role);
  if (random.chance(0.4)) steps.push(['act', random.below(11), TIMES]);
  for (let times = 1 + random.below(2); times > 0; times--) {
    const line = random.chance(0.6) ? 0 : random.below(4);
    const message = role.frame(random);
    steps.push(
      random.chance(0.6)
        ? ['repeat', line, TIMES, withFresh(message)]
        : ['say', line, enlarged(random, message)],
    );
  }
  return { role: role.name, steps };
}

const sent = (...fields: Shape[]): readonly Step[] => [
  ['say', 0, hello(0)],
  ['say', 0, ['list', 4, 1, ...fields]],
];
const absent: Shape = ['odd', 'undefined'];

/** Shapes that were once expensive: a search begins with them. */
export const firstFloods: readonly Story[] = [
  // Errors that have one object of fields, the second object of the frame.
  sent(['sameFields', 400, 0], absent, ['each', 400, ['record', 'Error', ['again', 1], []]]),
  // Lists in one another by identity.
  sent(['twist', 4, 2000, 0], ['twist', 4, 2000, 0]),
  sent('x', ['same', 100_000, 0], ['same', 100_000, 0]),
  sent('x', absent, ['each', 2000, ['record', 'Error', ['eachField', 3, 0], []]]),
].map((steps) => ({ role: 'server', steps }));

/** A port can be sent once only. */
const withFresh = (shape: Shape): Shape =>
  isComposed(shape)
    ? shape[0] === 'port'
      ? ['fresh']
      : shape[0] === 'list'
        ? ['list', ...shape.slice(1).map((part) => withFresh(part as Shape))]
        : shape
    : shape;
