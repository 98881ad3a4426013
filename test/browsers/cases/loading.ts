/** Workers and frames that never start: missing, broken or forbidden. */
import { connect, type Client } from 'ump-ng';
import { equal, fails, ok } from '../../contract/assertions.js';
import { theme } from '../../contract/suite-dsl.js';
import { closeAtEnd, frame, HERE } from './guest-page.js';

/** Calls made before and after the failure must both reject. */
async function neverThere(client: Client, early = client.req('early')): Promise<void> {
  const error = await fails(early, 'ServerDisappeared');
  ok(error.cause !== undefined, 'the error has no cause');
  equal((await client.closed).code, 'ServerDisappeared');
  await fails(client.req('late'), 'ServerDisappeared');
}

const bare = (src: string): HTMLIFrameElement => {
  const element = document.createElement('iframe');
  element.src = src;
  document.body.append(element);
  closeAtEnd({
    close: () => {
      element.remove();
    },
  });
  return element;
};

/** A new one each time: an existing SharedWorker does not report that it has thrown before. */
const shared = (url: string): SharedWorker =>
  new SharedWorker(url, { type: 'module', name: crypto.randomUUID() });

/** Milliseconds after which an event that has not come is lost. */
const LOST = 10_000;

/**
 * Chromium loses the `error` event of about one SharedWorker in 150 on a busy machine. Without that
 * event no page can know of the failure, so another one is started then.
 */
async function neverThereShared(url: string): Promise<void> {
  for (;;) {
    const there = shared(url);
    const givenUp = new AbortController();
    const client: Client = connect(there);
    const early = client.req('early', { signal: givenUp.signal });
    const hasFailed = await new Promise<boolean>((resolve) => {
      there.addEventListener('error', () => {
        resolve(true);
      });
      setTimeout(resolve, LOST, false);
    });
    if (hasFailed) {
      await neverThere(client, early);
      return;
    }
    givenUp.abort();
    await fails(early, 'Aborted');
    client.close();
  }
}

export const loading = theme('load failures', (check) => {
  for (const [what, url] of [
    ['is not there', '/nowhere.js'],
    ['is not a script', '/guest.html'],
    ['has a syntax error', '/syntax-error.js'],
    ['throws', '/throws.js'],
  ] as const) {
    for (const type of ['module', 'classic'] as const) {
      check(`a ${type} worker whose script ${what}`, async () => {
        const there = new Worker(url, { type });
        await neverThere(connect(there));
        await neverThere(connect(there));
        there.terminate();
      });
    }
    check(`a SharedWorker whose script ${what}`, async () => {
      await neverThereShared(url);
    });
  }

  for (const [kind, make] of [
    ['module worker', (url: string) => new Worker(url, { type: 'module' })],
    ['classic worker', (url: string) => new Worker(url)],
    ['SharedWorker', shared],
  ] as const) {
    // Chromium runs the classic ones nevertheless, WebKit the modules.
    check(`a ${kind} whose script is served as plain text runs, or fails`, async () => {
      const client: Client = closeAtEnd(connect(make('/plain.js')));
      const result = await client.tryReq(['echo', 'hi']);
      if (result.ok) equal(result.value, 'hi');
      else await neverThere(client);
    });
  }

  for (const kind of ['Worker', 'SharedWorker'] as const) {
    check(`a ${kind} that the page's Content-Security-Policy forbids`, async () => {
      const page = await frame(HERE(), undefined, '?strict');
      const codes = await page.run(async (lib, name) => {
        let there: Worker;
        try {
          there = new (window as unknown as Record<string, typeof Worker>)[name]!('/guest.js');
        } catch {
          return 'the constructor throws';
        }
        const client: Client = lib.connect(there);
        const results = [await client.tryReq('early'), await client.tryReq('late')];
        return results.map((result) => (result.ok ? 'ok' : result.error.code)).join();
      }, kind);
      ok(['ServerDisappeared,ServerDisappeared', 'the constructor throws'].includes(codes), codes);
    });
  }

  check('calls to a frame whose document is missing wait until it loads another', async () => {
    const element = bare('/nowhere.html');
    const there = element.contentWindow!;
    await fails(connect(there, { origin: HERE(), timeout: 100 }).req('hello?'), 'Timeout');
    const client: Client = closeAtEnd(connect(there, { origin: HERE() }));
    const answer = client.req('hello?');
    element.src = '/greeter.html';
    equal(await answer, 'hello, page');
  });

  check('calls to a frame that the Content-Security-Policy forbids time out', async () => {
    const page = await frame(HERE(), undefined, '?strict');
    const code = await page.run(async (lib, origin) => {
      const element = document.createElement('iframe');
      element.src = '/guest.html';
      document.body.append(element);
      const there = element.contentWindow!;
      const result = await lib.connect(there, { origin, timeout: 100 }).tryReq('hello?');
      return result.ok ? 'ok' : result.error.code;
    }, HERE());
    equal(code, 'Timeout');
  });
});
