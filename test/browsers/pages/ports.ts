/** A SharedWorker that counts the closed ports of its pages. */
import { connect, isUmpError, listen } from 'ump-ng';

let closed = 0;
const waiting: { count: number; tell: () => void }[] = [];

addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0]!;
  const { close } = port;
  port.close = () => {
    close.call(port);
    closed++;
    for (const { count, tell } of waiting) if (count === closed) tell();
  };
});

/** The code of the error of connect() to the pages. */
function failureToConnect(): unknown {
  try {
    connect(globalThis as never).close();
    return undefined;
  } catch (error) {
    return isUmpError(error) ? error.code : error;
  }
}

/** Replies when `count` ports are closed; or to 'connect'. */
void (async () => {
  for await (const { msg: count, rctx } of listen<never, number | 'connect'>()) {
    if (count === 'connect') {
      rctx.reply(failureToConnect());
      continue;
    }
    const tell = (): void => {
      rctx.reply(closed);
    };
    if (closed >= count) tell();
    else waiting.push({ count, tell });
  }
})();
