import { expose, finalizer } from 'ump-ng/comlink';

class Counter {
  value = 1;
  add(n) {
    return (this.value += n);
  }
  fail() {
    throw new RangeError('out of range');
  }
}

expose({ Counter, call: (callback) => callback(20), [finalizer]: () => process.exit() });
