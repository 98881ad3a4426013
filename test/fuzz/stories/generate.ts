/** Random stories, and changes to them. */
import type { Random } from '../../simulation/random.js';
import { roleNamed, roles } from '../roles/index.js';
import { someCount, someShape } from '../values/generate.js';
import { isComposed, list, type Shape } from '../values/shape.js';
import type { Step, Story } from './story.js';
import { UNDEFINED } from './frames.js';

const MAX_STEPS = 14;

export const hello = (role: number): Shape =>
  list(0, 'ump-ng', 2, role, list(2, 0, list('unread')));

function someStep(random: Random, role: string): Step {
  const { frame, helloAs } = roleNamed(role);
  const line = random.chance(0.6) ? 0 : random.below(6);
  switch (random.weighted({ say: 20, hello: 2, repeat: 2, wait: 4, close: 0.7, act: 5 })) {
    case 'say':
      return ['say', line, frame(random)];
    case 'hello':
      return ['say', line, hello(random.chance(0.7) ? (helloAs ?? 0) : random.below(6))];
    case 'repeat':
      return ['repeat', line, 1 + someCount(random), frame(random)];
    case 'wait':
      return ['wait'];
    case 'close':
      return ['close', line];
    default:
      return ['act', random.below(12)];
  }
}

export function someStory(
  random: Random,
  among: readonly string[] = roles.map(({ name }) => name),
): Story {
  const role = random.pick(among);
  const { helloAs, opening } = roleNamed(role);
  const steps: Step[] = [];
  if (random.chance(0.3)) steps.push(['act', random.below(12)]);
  if (helloAs !== undefined && random.chance(0.9)) steps.push(['say', 0, hello(helloAs)]);
  if (opening !== undefined && random.chance(0.8)) steps.push(...opening);
  const length = 1 + random.below(MAX_STEPS);
  while (steps.length < length) steps.push(someStep(random, role));
  return { role, steps };
}

/** Another story that is like this one; `other` gives some of its steps. */
export function changed(random: Random, { role, steps }: Story, other: Story): Story {
  let next = [...steps];
  for (let times = 1 + random.below(3); times > 0; times--) {
    const at = random.below(next.length + 1);
    switch (random.below(6)) {
      case 0:
        next.splice(at, 0, someStep(random, role));
        break;
      case 1:
        if (next.length > 1) next.splice(at, 1 + random.below(2));
        break;
      case 2:
        next.splice(at, 0, ...other.steps.slice(random.below(other.steps.length)));
        break;
      case 3:
        if (at < next.length) next.splice(at, 0, next[at]!);
        break;
      default:
        if (at < next.length) next[at] = changedStep(random, next[at]!);
    }
  }
  next = next.slice(0, 3 * MAX_STEPS);
  return { role, steps: next };
}

function changedStep(random: Random, step: Step): Step {
  if (step[0] === 'say') {
    const [, line, message] = step;
    if (random.chance(0.1)) return ['repeat', line, 1 + someCount(random), message];
    return ['say', random.chance(0.9) ? line : random.below(6), changedShape(random, message)];
  }
  if (step[0] === 'repeat') {
    const [, line, times, message] = step;
    const more = random.chance(0.3) ? 1 + someCount(random) : times;
    return ['repeat', line, more, changedShape(random, message)];
  }
  return step[0] === 'act' ? ['act', random.below(12)] : step;
}

/** The same with one part replaced, at any depth. */
export function changedShape(random: Random, shape: Shape): Shape {
  if (!isComposed(shape)) return random.chance(0.5) ? someShape(random, 1) : nudged(random, shape);
  const [head, ...rest] = shape;
  if (rest.length === 0) return someShape(random, 1);
  const at = random.below(rest.length);
  const part = rest[at];
  if (random.chance(0.1)) return someShape(random, 2);
  if (random.chance(0.1) && head === 'list')
    return list(...(rest as Shape[]), someShape(random, 1));
  const fresh = (): unknown => {
    if (typeof part === 'number') return nudged(random, part);
    // The fields of an object are pairs.
    if (
      Array.isArray(part) &&
      part.length === 2 &&
      typeof part[0] === 'string' &&
      head === 'object'
    ) {
      return [part[0], changedShape(random, part[1] as Shape)];
    }
    if (typeof part === 'string' && head !== 'list') return part;
    if (Array.isArray(part) && typeof part[0] !== 'string') return part;
    return changedShape(random, part as Shape);
  };
  return [head, ...rest.map((each, index) => (index === at ? fresh() : each))];
}

function nudged(random: Random, value: Shape): Shape {
  if (typeof value === 'number')
    return random.pick([value + 1, Math.max(0, value - 1), value * 2, 0, 1, someCount(random)]);
  return random.chance(0.5) ? UNDEFINED : value;
}
