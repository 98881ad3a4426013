// What the worker of every library does, by the same names.

/** Each thread loads this file for itself. */
const thread = Math.random();

const THROWN = {
  zero: 0,
  'empty string': '',
  undefined: undefined,
  get error() {
    const cause = new Error('the reason');
    return Object.assign(new RangeError('too far', { cause }), { code: 'E_FAR', limit: 7 });
  },
};

/**
 * Keeps pending requests reachable: otherwise they could be collected, and some libraries report
 * that.
 */
const hanging = [];

export const service = {
  echo: (value) => value,
  /** Which thread answers: a library that ends a worker to cancel a call starts another. */
  thread: () => thread,
  hang: () => new Promise((resolve) => hanging.push(resolve)),
  fail(what) {
    throw THROWN[what];
  },
};
