/** Errors in random values arrive equal, except for their parts that cannot be cloned. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { channel, type Client, type Server } from 'ump-ng';

const RUNS = 300;
/** Stands for a part of an Error that cannot be cloned and must be left out. */
const BAD = 'bad';
const culprits = [
  () => 1,
  Symbol('s'),
  Promise.resolve(),
  new WeakMap(),
  new Proxy({ a: 1 }, {}),
  new Proxy([1], {}),
];

const key = fc.constantFrom('code', 'detail', 'fields', 'errors', 'a', '0', '__proto__', 'b c');
const leaf = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.constant(null),
  fc.constant(undefined),
  fc.constant(NaN),
  fc.bigInt(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 4 }),
);
const name = fc.constantFrom('Error', 'TypeError', 'AbortError', 'constructor', '');

interface Recipe {
  readonly name: string;
  readonly message: string;
  readonly own: readonly (readonly [string, unknown])[];
}

class Making {
  readonly recipe: Recipe;
  constructor(recipe: Recipe) {
    this.recipe = recipe;
  }
}

/** Errors hold Errors to any depth, as fields or directly in one. */
const { error } = fc.letrec<{ error: Making; field: unknown; plain: unknown }>((tie) => ({
  error: fc
    .record({
      name,
      message: fc.string(),
      own: fc.array(fc.tuple(fc.oneof(key, fc.constant('cause')), tie('field')), { maxLength: 4 }),
    })
    .map((recipe) => new Making(recipe)),
  field: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.constant(BAD),
    tie('error'),
    tie('plain'),
    fc.array(fc.oneof(leaf, tie('error')), { maxLength: 3 }),
    fc.dictionary(key, fc.oneof(leaf, tie('error')), { maxKeys: 3, noNullPrototype: true }),
  ),
  plain: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.dictionary(key, fc.oneof(leaf, fc.constant(BAD), tie('plain')), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
}));
const value = fc.oneof(
  error,
  fc.array(fc.oneof(leaf, error), { maxLength: 4 }),
  fc.dictionary(key, fc.oneof(leaf, error), { maxKeys: 4, noNullPrototype: true }),
);

/** `bad` makes the parts that cannot be cloned; if it returns undefined, they are absent. */
function make(recipe: unknown, bad: () => unknown): unknown {
  if (Array.isArray(recipe)) return (recipe as unknown[]).map((part) => make(part, bad));
  if (recipe instanceof Making) return makeError(recipe.recipe, bad);
  if (typeof recipe !== 'object' || recipe === null || tagOf(recipe) !== 'Object') return recipe;
  const made = {};
  for (const [at, part] of Object.entries(recipe)) put(made, at, part, bad, true);
  return made;
}

function makeError({ name: named, message, own }: Recipe, bad: () => unknown): Error {
  const made = new (new Map([['TypeError', TypeError]]).get(named) ?? Error)(message);
  if (made.name !== named) Object.defineProperty(made, 'name', { value: named });
  for (const [at, part] of own) put(made, at, part, bad, at !== 'cause' && at !== 'errors');
  return made;
}

function put(
  object: object,
  at: string,
  part: unknown,
  bad: () => unknown,
  enumerable: boolean,
): void {
  const given = part === BAD ? bad() : make(part, bad);
  if (part === BAD && given === undefined) Reflect.deleteProperty(object, at);
  else {
    const property = { value: given, enumerable, writable: true, configurable: true };
    Object.defineProperty(object, at, property);
  }
}

const tagOf = (given: object): string => Object.prototype.toString.call(given).slice(8, -1);

/** Everything that must arrive, as plain data. */
function plain(given: unknown): unknown {
  if (given instanceof Error) {
    const own = Object.getOwnPropertyNames(given)
      .filter((at) => at !== 'stack' && at !== 'message' && at !== 'name')
      .sort()
      .map((at) => {
        const property = Object.getOwnPropertyDescriptor(given, at);
        return [at, property?.enumerable, plain(property?.value)];
      });
    const Class = (given.constructor as { name: string }).name;
    return ['Error', Class, given.name, given.message, given.stack, own];
  }
  if (Array.isArray(given)) return ['list', ...(given as unknown[]).map(plain)];
  if (typeof given === 'object' && given !== null && !ArrayBuffer.isView(given)) {
    // A clone is of another realm than the code that Jest runs.
    if (tagOf(given) === 'Date') return ['date', (given as Date).getTime()];
    return ['object', ...Object.entries(given).map(([at, part]) => [at, plain(part)])];
  }
  return given;
}

const stackless = (given: unknown): unknown =>
  JSON.parse(
    JSON.stringify(plain(given), (_key, part: unknown) =>
      typeof part === 'bigint' || Number.isNaN(part) || part === undefined ? String(part) : part,
    ).replace(/"[^"]*\\n +at [^"]*"/g, '"a stack"'),
  ) as unknown;

let server: Server<unknown, unknown, unknown, unknown>;
let client: Client<unknown, unknown, unknown, unknown>;
beforeEach(() => {
  ({ server, client } = channel<unknown, unknown, unknown, unknown>());
  void (async () => {
    for await (const message of server) {
      if (message.type === 'request') message.rctx.reply(message.msg);
    }
  })();
});
afterEach(() => {
  client.close();
  server.close();
});

test('Errors in random values arrive equal, there and back', () =>
  fc.assert(
    fc.asyncProperty(value, async (recipe) => {
      const given = make(recipe, () => undefined);
      expect(plain(await client.req(given))).toEqual(plain(given));
    }),
    { numRuns: RUNS },
  ));

test('Errors in random values lose only parts that cannot be cloned', () =>
  fc.assert(
    fc.asyncProperty(value, fc.constantFrom(...culprits), async (recipe, culprit) => {
      const whole = make(recipe, () => undefined);
      const given = make(recipe, () => culprit);
      const before = stackless(whole);
      expect(stackless(await client.req(given))).toEqual(before);
    }),
    { numRuns: RUNS },
  ));
