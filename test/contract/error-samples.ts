/** Errors as applications throw them, made by the same code on both sides. */

class OutOfStock extends Error {
  override readonly name = 'OutOfStock';
  readonly code = 'E_STOCK';
  readonly item = { id: 7, tags: ['a', 'b'] };
}

function withSelfAsCause(): Error {
  const error = new Error('turns in circles');
  error.cause = error;
  return error;
}

const makers: Record<string, () => unknown> = {
  // No `return new Error`: JavaScriptCore omits the frame of a function whose last act is that.
  'a plain Error': (): unknown => Object.assign(new Error('plain')),
  'a built-in with a cause': () =>
    new TypeError('outer', { cause: new RangeError('inner', { cause: { why: 'data' } }) }),
  'a subclass with fields': () => new OutOfStock('no more of these'),
  'an Error with fields': () => Object.assign(new Error('with fields'), { code: 42, list: [1, 2] }),
  'an AggregateError': () => new AggregateError([new Error('one'), new TypeError('two')], 'both'),
  'its own cause': withSelfAsCause,
  'a field': () => ({ kind: 'failed', reason: new SyntaxError('in a field'), n: 1 }),
  'two fields with one Error': () => {
    const both = new Error('shared');
    return { first: both, second: both };
  },
  'an array': () => [1, new URIError('in an array'), 'x'],
  'an Error in an Error': () =>
    Object.assign(new Error('outside'), { detail: new EvalError('in') }),
};

export const sampleNames = Object.keys(makers);

export const makeSample = (name: string): unknown => makers[name]!();
