/** A worker whose own workers die; it posts the error, or null. */
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
