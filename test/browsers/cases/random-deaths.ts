/** Long series of random deaths, of all that can die. */
import { equal } from '../../contract/assertions.js';
import { theme } from '../../contract/suite-dsl.js';
import { dying, type Series } from './death-series.js';
import { closeAtEnd } from './guest-page.js';

/** The same in a worker, whose workers then are nested ones. */
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
  check('300 threads die under traffic, and not one call is left', () =>
    dying({ kinds: ['dedicated workers', 'shared workers', 'same-origin frames'], deaths: 300 }),
  );

  check('so do 100 nested workers', ['nested workers'], async () => {
    equal(await dyingNested({ kinds: ['dedicated workers'], deaths: 100 }), null);
  });

  const elsewhere = { kinds: ['cross-origin frames'], deaths: 100 };

  check('so do 100 frames of another origin, which say goodbye', ['goodbyes'], () =>
    dying(elsewhere),
  );

  check('so do 100 frames of another origin, with a heartbeat', () =>
    dying({ ...elsewhere, heartbeat: 1000 }),
  );
});
