/** Express and Fastify with a pool behind their routes. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Consumer, LONG, installed, missing, serve, type Service } from './project.js';

if (installed('express', 'fastify')) suite();
else missing('express, fastify');

/** So many primes are below it, and to find them takes longer than this test may. */
const ENDLESS = 2 ** 40;

function suite(): void {
  let consumer: Consumer;
  let folder: string;
  beforeAll(() => {
    consumer = new Consumer();
    folder = consumer.lay('servers', 'servers');
  }, LONG);
  afterAll(() => consumer.remove());

  describe.each(['express', 'fastify'])('%s', (name) => {
    let service: Service;
    beforeEach(async () => {
      service = await serve([`${name}.mjs`], folder, { PORT: '0' });
    }, LONG);
    afterEach(() => service.stop());

    const get = (route: string, signal?: AbortSignal): Promise<Response> =>
      fetch(service.url + route, { signal: signal ?? null });
    const json = async (route: string): Promise<unknown> => (await get(route)).json();

    test(
      'a route answers with what a worker has found',
      async () => {
        expect(await json('/primes/100')).toEqual({ primes: 25 });
      },
      LONG,
    );

    test(
      'what a job throws decides on the status',
      async () => {
        const response = await get('/primes/x');
        expect(response.status).toBe(400);
        expect(await response.json()).toEqual({ error: 'limit must be a number, 0 or more' });
      },
      LONG,
    );

    test(
      'a full queue is refused with 503, and clients that leave free the workers',
      async () => {
        const leave = new AbortController();
        const statuses: number[] = [];
        let refused: (response: Response) => void;
        const refusal = new Promise<Response>((resolve) => (refused = resolve));
        const requests = Array.from({ length: 150 }, () =>
          get(`/primes/${ENDLESS}`, leave.signal).then(
            (response) => {
              statuses.push(response.status);
              refused(response);
            },
            () => undefined,
          ),
        );
        expect((await refusal).headers.get('retry-after')).toBe('1');
        leave.abort();
        await Promise.all(requests);
        expect(new Set(statuses)).toEqual(new Set([503]));
        expect(await json('/primes/100')).toEqual({ primes: 25 });
      },
      LONG,
    );

    test(
      'SIGTERM lets an open request finish, and the process ends by itself',
      async () => {
        const answer = get('/primes/2000000');
        let stats: unknown;
        do stats = await json('/stats');
        while ((stats as { pending: number }).pending === 0);
        service.process.kill('SIGTERM');
        const response = await answer;
        expect(await response.json()).toEqual({ primes: 148_933 });
        expect(await service.ended).toBe(0);
      },
      LONG,
    );
  });
}
