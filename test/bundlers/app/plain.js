import { serveWorker } from 'ump-ng/actors';

serveWorker({ double: (n) => 2 * n });
