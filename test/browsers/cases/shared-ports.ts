/** The ports of a SharedWorker, when their pages leave, or send what it cannot read. */
import { connect, isUmpError, type Client } from 'ump-ng';
import { equal, ok } from '../../contract/assertions.js';
import { keep } from '../../contract/keep-until-end.js';
import { theme } from '../../contract/suite-dsl.js';
import { upTo } from '../../contract/utilities.js';
import { frame, type Frame } from './guest-page.js';

const open = (name: string): SharedWorker =>
  new SharedWorker('/ports.js', { type: 'module', name });

/** A page that has called that worker. */
async function caller(name: string): Promise<Frame> {
  const there = await frame();
  await call(there, name);
  return there;
}

const call = async (there: Frame, name: string): Promise<void> => {
  const answer = await there.run((lib, worker) => {
    const shared = new SharedWorker('/ports.js', { type: 'module', name: worker });
    const client = lib.connect<never, number, number>(shared);
    Object.assign(globalThis, { client });
    return client.req(0);
  }, name);
  equal(answer, 0);
};

export const sharedPorts = theme('ports of a SharedWorker', (check) => {
  check('are closed when their pages have left', async () => {
    const name = crypto.randomUUID();
    const client: Client<never, number, number> = keep(connect(open(name)));
    const pages = await Promise.all(upTo(4).map(() => caller(name)));
    const [reloaded, navigated, ...removed] = pages as [Frame, Frame, ...Frame[]];
    const all = client.req(pages.length);
    const again = reloaded.restarted();
    reloaded.element.contentWindow!.location.reload();
    navigated.element.src = '/copy.html';
    for (const { element } of removed) element.remove();
    await again;
    equal(await all, pages.length);
    equal(await client.req(0), pages.length);
  });

  check('cannot be reached from the worker by connect()', async () => {
    const client = keep(connect<never, 'connect'>(open(crypto.randomUUID())));
    equal(await client.req('connect'), 'InvalidArgument');
  });

  check('a message that the worker cannot read ends its connection, and no other', async () => {
    const name = crypto.randomUUID();
    const [client, other] = upTo(2).map(() => keep(connect<never, unknown, number>(open(name))));
    equal(await other!.req(0), 0);
    // A module cannot leave the page and its own workers: some engines find that out on arrival.
    const emptyModule = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    const outcome = await client!.tryReq(emptyModule);
    ok(!outcome.ok, 'the module has arrived');
    ok(isUmpError(outcome.error, 'Protocol') || isUmpError(outcome.error, 'DataClone'), 'its code');
    equal(await other!.req(0), 0);
    if (outcome.error.code === 'Protocol') equal((await client!.closed).code, 'Protocol');
  });
});
