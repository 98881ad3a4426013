importScripts('./lib/ump-ng.classic.js');

ump.serveWorker(() =>
  ump.actor({
    greet: (name) => `Hello, ${name}!`,
  }),
);
