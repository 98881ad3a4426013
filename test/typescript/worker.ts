/** The script of a worker, whose types script.ts infers from it. */
import { serveWorker } from 'ump-ng/actors';

export default serveWorker({
  add: (a: number, b: number) => a + b,
  async *count(to: number) {
    for (let at = 0; at < to; at++) yield at;
  },
});
