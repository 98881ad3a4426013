/** A service worker serves pages, as long as the browser keeps it running. */
import { connect, ReplyContext, type Client, type ConnectOptions, type MessagePort } from 'ump-ng';
import { equal, fails, ok } from '../../contract/assertions.js';
import { keep } from '../../contract/keep-until-end.js';
import { theme } from '../../contract/suite-dsl.js';
import type { Order } from '../pages/server.js';
import { closeAtEnd, frame } from './guest-page.js';

type Service = Client<never, Order, unknown, unknown>;

const SCRIPT = '/server.js';

/** A registration of its own for each case: its scope has no page, so no page delays an update. */
async function register(scope: string, script = SCRIPT): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.register(script, { scope });
  closeAtEnd({ close: () => void registration.unregister() });
  return registration;
}

const freshScope = (): string => `/service/${crypto.randomUUID()}`;

const newest = ({ installing, waiting, active }: ServiceWorkerRegistration): ServiceWorker =>
  (installing ?? waiting ?? active)!;

async function activated(worker: ServiceWorker): Promise<void> {
  while (worker.state !== 'activated') {
    await new Promise((resolve) => {
      worker.addEventListener('statechange', resolve, { once: true });
    });
  }
}

const call = (worker: ServiceWorker, options?: ConnectOptions): Service =>
  keep(connect<never, Order, unknown, unknown>(worker, options));

async function serving(): Promise<{
  scope: string;
  registration: ServiceWorkerRegistration;
  client: Service;
}> {
  const scope = freshScope();
  const registration = await register(scope);
  await activated(newest(registration));
  const client = call(registration.active!);
  equal(await client.req(['echo', 'up']), 'up');
  return { scope, registration, client };
}

export const serviceWorkers = theme('service workers', (check) => {
  check('is called while it is being installed, and afterwards', async () => {
    const registration = await register(freshScope());
    const worker = newest(registration);
    const early = call(worker);
    equal(await early.req(['echo', 'early']), 'early');
    await activated(worker);
    const late = call(registration.active!);
    equal(await late.req(['echo', 'late']), 'late');
    equal(await early.req(['start']), await late.req(['start']));
  });

  check('serves several pages, and notices when one leaves', async () => {
    const { scope, client } = await serving();
    const there = await frame();
    await there.run(async (lib, at) => {
      const { active } = (await navigator.serviceWorker.getRegistration(at))!;
      const far = lib.connect<never, string[]>(active!);
      void far.req(['hold', 'theirs']);
      await far.req(['echo', '']);
      Object.assign(globalThis, { far });
    }, scope);
    const signal = client.req(['signal', 'theirs']);
    there.element.remove();
    equal(await signal, 'OriginDisappeared');
  });

  check('is unregistered', async () => {
    const { registration, client } = await serving();
    const worker = registration.active!;
    const pending = fails(client.req(['hold', 'mine']), 'ServerDisappeared');
    await client.req(['echo', 0]);
    await registration.unregister();
    await pending;
    await fails(client.req(['echo', 0]), 'ServerDisappeared');
    await fails(call(worker).req(['echo', 0]), 'ServerDisappeared');
  });

  check('is replaced by another one', async () => {
    const { scope, registration, client } = await serving();
    const start = await client.req(['start']);
    const pending = fails(client.req(['hold', 'mine']), 'ServerDisappeared');
    await client.req(['echo', 0]);
    await register(scope, `${SCRIPT}?again`);
    const next = newest(registration);
    await activated(next);
    await pending;
    const anew = call(registration.active!);
    ok((await anew.req(['start'])) !== start, 'it is the same one');
  });

  check('cannot be installed', async () => {
    const registration = await register(freshScope(), `${SCRIPT}?refuses`);
    const client = call(newest(registration));
    equal((await client.closed).code, 'ServerDisappeared');
    await fails(client.req(['echo', 0]), 'ServerDisappeared');
  });

  check('is gone, and the owner of a moved context answers', async () => {
    const { registration, client } = await serving();
    const answer = client.req(['hold', 'mine']);
    const port = (await client.req(['move', 'mine'])) as MessagePort;
    const rctx = keep(ReplyContext.from<unknown>(port));
    await registration.unregister();
    equal((await client.closed).code, 'ServerDisappeared');
    ok(rctx.reply('here'), 'its caller has gone');
    equal(await answer, 'here');
  });
});
