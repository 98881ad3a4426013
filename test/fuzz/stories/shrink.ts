/** Makes a failing story small. */
import { isComposed, type Shape } from '../values/shape.js';
import type { Step, Story } from './story.js';

const MAX_MS = 40_000;

/** Simpler stories, from the simplest on. */
function* simpler({ role, steps }: Story): Generator<Story> {
  for (let part = steps.length; part >= 1; part = Math.floor(part / 2)) {
    for (let at = 0; at + part <= steps.length; at += part) {
      if (part < steps.length)
        yield { role, steps: [...steps.slice(0, at), ...steps.slice(at + part)] };
    }
  }
  for (const [at, step] of steps.entries()) {
    for (const other of simplerSteps(step)) yield { role, steps: steps.with(at, other) };
  }
}

function* simplerSteps(step: Step): Generator<Step> {
  if (step[0] === 'say') {
    for (const message of simplerShapes(step[2])) yield ['say', step[1], message];
  } else if (step[0] === 'repeat') {
    yield ['say', step[1], step[3]];
    if (step[2] > 1) yield ['repeat', step[1], Math.ceil(step[2] / 2), step[3]];
    for (const message of simplerShapes(step[3])) yield ['repeat', step[1], step[2], message];
  }
}

function* simplerShapes(shape: Shape): Generator<Shape> {
  if (!isComposed(shape)) {
    if (shape !== 0 && shape !== 'x') yield 0;
    return;
  }
  yield 0;
  const [head, ...rest] = shape;
  for (const [at, part] of rest.entries()) {
    // A part that can stand for the whole.
    if (isComposed(part as Shape)) yield part as Shape;
    if (head === 'list' || head === 'object' || head === 'set' || head === 'map') {
      yield [head, ...rest.slice(0, at), ...rest.slice(at + 1)];
    }
    const isShape = head === 'list' || head === 'set' || at === 1;
    if (isShape) {
      for (const other of simplerShapes(part as Shape)) yield [head, ...rest.with(at, other)];
    } else if (typeof part === 'number' && part > 1)
      yield [head, ...rest.with(at, Math.ceil(part / 2))];
    else if (head === 'object' && Array.isArray(part)) {
      for (const other of simplerShapes(part[1] as Shape)) {
        yield [head, ...rest.with(at, [part[0], other])];
      }
    }
  }
}

/** The smallest story found that still fails, after at most `tries` attempts. */
export async function shrunk(
  story: Story,
  fails: (story: Story) => Promise<boolean>,
  tries = 400,
): Promise<Story> {
  let best = story;
  let left = tries;
  const end = performance.now() + MAX_MS;
  for (let found = true; found;) {
    found = false;
    for (const candidate of simpler(best)) {
      if (left-- <= 0 || performance.now() > end) return best;
      if (!(await fails(candidate))) continue;
      best = candidate;
      found = true;
      break;
    }
  }
  return best;
}
