/** Errors as applications have them, made by the same code on both sides. */

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
  // No `return new Error`: JavaScriptCore leaves out the frame of a function that ends with it.
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

/**
 * So many objects, each in the one before. To read them takes more of V8's stack than to send them: in the
 * main thread of Node 20 to 26 some 3,000 can be sent, and 2,500 are too many to be read.
 */
export function linked(length: number): unknown {
  let list: unknown = {};
  for (let n = 0; n < length; n++) list = { next: list };
  return list;
}

/** Of such objects the most that this thread can send, or more than enough. */
export function longest(): number {
  let [fits, tooLong] = [1000, 8000];
  while (tooLong - fits > 10) {
    const length = Math.floor((fits + tooLong) / 2);
    const { port1, port2 } = new MessageChannel();
    try {
      port1.postMessage(linked(length));
      fits = length;
    } catch {
      tooLong = length;
    }
    port1.close();
    port2.close();
  }
  // A frame nests the value one level deeper, and its sender stands some calls deeper on the stack.
  return fits - 100;
}
