// A thread with an actor; it works with every build.
import { listen } from 'ump-ng';
import * as actors from 'ump-ng/actors';

let runs = 0;
const take = (given) => {
  runs++;
  return typeof given;
};

void actors.serve(
  listen(),
  actors.actor({
    post: { take },
    req: {
      take,
      runs: () => runs,
      *items(given) {
        yield take(given);
      },
      give: () => ({ deep: [actors.callback(() => 1)] }),
      *gives() {
        yield 'first';
        yield actors.callback(() => 1);
      },
      *ends() {
        yield 'first';
        return actors.callback(() => 1);
      },
    },
  }),
);
