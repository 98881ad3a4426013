import { actor, serveWorker } from './lib/ump-ng.mjs';

serveWorker(() =>
  actor({
    greet: (name) => `Hello, ${name}!`,
  }),
);
