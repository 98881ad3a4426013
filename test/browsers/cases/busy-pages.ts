/** A page that blocks for longer than its timeouts. */
import { connect, type Client } from 'ump-ng';
import { equal, fails } from '../../contract/assertions.js';
import { keep } from '../../contract/keep-until-end.js';
import { theme } from '../../contract/suite-dsl.js';
import { BUSY_WAYS, compute, computeInPieces, turn } from '../../contract/utilities.js';
import { worker } from './guest-page.js';

/** Replies, and then sets a flag in shared memory, which a blocked thread can read. */
async function answering(): Promise<[Client, Worker, Int32Array]> {
  const there = await worker();
  const memory = new Int32Array(new SharedArrayBuffer(4));
  await there.run((lib, told) => {
    void (async () => {
      for await (const message of lib.listen<never, number | 'hang', number>()) {
        const { msg, rctx } = message;
        if (msg === 'hang') for (;;);
        const due = performance.now() + msg;
        while (performance.now() < due);
        rctx.reply(msg);
        Atomics.add(told, 0, 1);
      }
    })();
  }, memory);
  return [keep<Client>(connect(there.target)), there.target, memory];
}

export const busyPages = theme('busy pages', (check) => {
  check('a worker’s reply that arrived meanwhile wins over the timeout, 40 of 40', async () => {
    const [direct, , memory] = await answering();
    const clone = direct.clone();
    // In WebKit a request by a port leaves the page only while the page does not block.
    const clients = [direct, clone];
    equal(await clone.req(0), 0);
    let won = 0;
    for (let n = 0; n < 40; n++) {
      const before = Atomics.load(memory, 0);
      const call = clients[n % 2]!.tryReq(4, { timeout: 10 });
      await turn();
      const since = performance.now();
      while (Atomics.load(memory, 0) === before && performance.now() - since < 200);
      const isAnswered = Atomics.load(memory, 0) > before;
      // A message of a port may pass through another process, which a busy machine delays.
      compute(50);
      const result = await call;
      if (result.ok || !isAnswered) won++;
    }
    equal(won, 40);
    clone.close();
  });

  check('an idle worker is not taken for dead, a stuck worker is', async () => {
    const [, there] = await answering();
    // On a busy machine a message between idle agents takes up to 100 ms.
    const heartbeat = 250;
    const client = keep<Client>(connect(there, { heartbeat }));
    const clone = client.clone();
    equal(await clone.req(0), 0);
    for (const [pieces, periods] of BUSY_WAYS) {
      await computeInPieces(pieces, periods * heartbeat);
      equal([await client.req(0), await clone.req(0)], [0, 0]);
    }
    const state = { isOver: false };
    const stuck = [client, clone].map((each) => fails(each.req('hang'), 'ServerDisappeared'));
    const over = Promise.all(stuck).then(() => (state.isOver = true));
    while (!state.isOver) await computeInPieces(1, 3 * heartbeat);
    await over;
  });
});
