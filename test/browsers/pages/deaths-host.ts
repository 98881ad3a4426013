/** A worker whose own workers die; it says what went wrong, or null. */
import { dying, type Series } from '../cases/death-series.js';

addEventListener('message', ({ data }: MessageEvent<Series>) => {
  dying(data).then(
    () => {
      postMessage(null);
    },
    (error: unknown) => {
      postMessage(String(error));
    },
  );
});
