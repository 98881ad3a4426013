import { actor, serveWorker } from 'ump-ng/actors';

const served = serveWorker((init: { greeting: string }) =>
  actor({
    greet(name: string) {
      return `${init.greeting}, ${name}!`;
    },
  }),
);
export type Greeter = typeof served;
