import { serveWorker } from 'ump-ng/actors';

export default serveWorker({
  double: (n: number) => 2 * n,
});
