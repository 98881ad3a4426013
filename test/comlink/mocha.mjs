// The few functions of Mocha and Chai that the tests of Comlink use. `run()` runs the tests that
// were defined since this module was loaded, and gives the message of each failure by title.

const show = (value) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? `${value}`));
const claim = (holds, what) => {
  if (!holds) throw new Error(what);
};

function assertions(value, isNegated) {
  const same = (other) => claim((value === other) !== isNegated, `${show(value)}, ${show(other)}`);
  return {
    equal: same,
    eq: same,
    deep: { equal: (other) => claim(show(value) === show(other), `${show(value)} is not equal`) },
    throw: () => {
      try {
        value();
      } catch {
        return;
      }
      throw new Error('it did not throw');
    },
    be: {
      get undefined() {
        return same(undefined);
      },
      get true() {
        return same(true);
      },
      an: { instanceOf: (Class) => claim(value instanceof Class, 'another class') },
    },
  };
}

const tests = [];
let suite = { name: '', before: [], after: [] };

const hanging = (ms) =>
  new Promise((_, reject) => {
    setTimeout(() => reject(new Error('it hangs')), ms);
  });

function it(title, run) {
  tests.push({ ...suite, title: `${suite.name}: ${title}`, run });
}
it.skip = () => {};

Object.assign(globalThis, {
  describe: (name, define) => {
    suite = { name, before: [], after: [] };
    define();
  },
  beforeEach: (run) => suite.before.push(run),
  afterEach: (run) => suite.after.push(run),
  it,
  xit: it.skip,
  expect: (value) => ({ to: { ...assertions(value, false), not: assertions(value, true) } }),
});

/** A test with a parameter calls it when it has finished. */
const finished = ({ run }, context) =>
  run.length === 0 ? run.call(context) : new Promise((done) => void run.call(context, done));

/** Milliseconds; no measure of speed. */
const LONGEST = 15_000;

/** Leaves out the tests whose title contains one of the words. */
export async function run(leftOut) {
  const failures = {};
  let passed = 0;
  for (const test of tests) {
    if (leftOut.some((words) => test.title.includes(words))) continue;
    const context = {};
    try {
      for (const before of test.before) await before.call(context);
      await Promise.race([finished(test, context), hanging(LONGEST)]);
      passed++;
    } catch (error) {
      failures[test.title] = String(error);
    }
    for (const after of test.after) after.call(context);
  }
  return { passed, failures };
}
