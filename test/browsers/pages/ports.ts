/** A SharedWorker that counts the closed ports of its pages. */
import { listen } from 'ump-ng';

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

/** Replies when `count` ports are closed. */
void (async () => {
  for await (const { msg: count, rctx } of listen<never, number, number>()) {
    const tell = (): void => {
      rctx.reply(closed);
    };
    if (closed >= count) tell();
    else waiting.push({ count, tell });
  }
})();
