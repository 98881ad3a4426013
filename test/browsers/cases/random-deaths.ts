/** Long series of random deaths of every kind of agent. */
import { equal } from '../../contract/assertions.js';
import { theme } from '../../contract/suite-dsl.js';
import { dying, type Series } from './death-series.js';
import { closeAtEnd } from './guest-page.js';

/** The same in a worker, whose own workers are nested. */
function dyingNested(series: Series): Promise<unknown> {
  const worker = new Worker('/deaths-host.js', { type: 'module' });
  closeAtEnd({
    close: () => {
      worker.terminate();
    },
  });
  worker.postMessage(series);
  return new Promise((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      resolve(data);
    };
  });
}

export const killing = theme('random deaths', (check) => {
  check('120 threads die under traffic, and every call settles', () =>
    dying({ kinds: ['dedicated workers', 'shared workers', 'same-origin frames'], deaths: 120 }),
  );

  check('40 nested workers die, and every call settles', ['nested workers'], async () => {
    equal(await dyingNested({ kinds: ['dedicated workers'], deaths: 40 }), null);
  });

  const elsewhere = { kinds: ['cross-origin frames'], deaths: 40 };

  check(
    '40 frames of another origin die with a goodbye, and every call settles',
    ['goodbyes'],
    () => dying(elsewhere),
  );

  check('40 frames of another origin die, and every call with a heartbeat settles', () =>
    dying({ ...elsewhere, heartbeat: 1000 }),
  );
});
