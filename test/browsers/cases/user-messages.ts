/** Which messages of this package the application's own listeners on a Worker see. */
import { connect } from 'ump-ng';
import { equal } from '../../contract/assertions.js';
import { theme } from '../../contract/suite-dsl.js';
import { closeAtEnd, worker } from './guest-page.js';

type Heads = Record<'early' | 'late', string[]>;

/** Collects the first elements of arrays, each once. */
function hear(target: EventTarget, heads: string[]): void {
  target.addEventListener('message', (event) => {
    const { data } = event as MessageEvent<unknown>;
    if (!Array.isArray(data)) return;
    const head = typeof data[0] === 'number' ? 'a number' : String(data[0]);
    if (!heads.includes(head)) heads.push(head);
  });
}

export const beside = theme('user messages', (check) => {
  check(
    'listeners that were added before this package see its frames, later ones only its handshake',
    async () => {
      const there = await worker();
      await there.run(({ listen }, told) => {
        const hear = (0, eval)(`(${told})`) as (target: EventTarget, heads: string[]) => void;
        const heads: Heads = { early: [], late: [] };
        hear(globalThis, heads.early);
        const server = listen<never, 'heads', Heads>();
        hear(globalThis, heads.late);
        void (async () => {
          for await (const { rctx } of server) rctx.reply(heads);
        })();
      }, String(hear));

      const heads: Heads = { early: [], late: [] };
      hear(there.target, heads.early);
      const client = closeAtEnd(connect<never, 'heads', Heads>(there.target));
      hear(there.target, heads.late);
      await client.req('heads');
      const seen: Heads = { early: ['ump-ng', 'a number'], late: ['ump-ng'] };
      equal(await client.req('heads'), seen, 'in the worker');
      equal(heads, seen, 'on the page');
    },
  );
});
