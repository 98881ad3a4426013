import { Observable } from 'threads/observable';
import { expose, Transfer } from 'threads/worker';

expose({
  count: (text) => text.split(' ').length,
  open(file) {
    throw new RangeError(`no ${file}`);
  },
  upTo: (last) =>
    new Observable((observer) => {
      for (let n = 1; n <= last; n++) observer.next(n);
      observer.complete();
    }),
  bytes(size) {
    const buffer = new ArrayBuffer(size);
    return Transfer(buffer, [buffer]);
  },
});
