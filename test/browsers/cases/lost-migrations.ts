/** A server migrates to a worker that is terminated before it reads anything. */
import { Client, connect, type MessagePort as UserPort } from 'ump-ng';
import { equal, fails } from '../../contract/assertions.js';
import { pair, takeRequest, type AnyServer, type Pair } from '../../contract/in-process-pair.js';
import { keep } from '../../contract/keep-until-end.js';
import { theme } from '../../contract/suite-dsl.js';
import { turns } from '../../contract/utilities.js';
import { worker } from './guest-page.js';

/** A worker that has sent nothing of this package, and never will. */
async function silentWorker(): Promise<Worker> {
  const { target } = await worker();
  keep(connect(target));
  return target;
}

/** Sends the server to the worker, by the Worker's own postMessage(). */
function migrate(server: AnyServer, there: Worker): void {
  const port = server.transfer();
  there.postMessage({ port }, [port]);
}

type AnyClient = Pair['client'];

/** What is done with the client, while its server has no host that reads. */
const uses: Record<string, (client: AnyClient) => AnyClient> = {
  'a clone': (client) => client.clone(),
  'a clone of a clone': (client) => client.clone().clone(),
  'a client that was transferred': (client) => Client.from(client.transfer()),
  'a client that was transferred twice': (client) =>
    Client.from(Client.from<unknown, unknown, unknown, unknown>(client.transfer()).transfer()),
};

/** The client has read REDIRECT by then, or has not. */
const moments = {
  'before it is redirected': () => Promise.resolve(),
  'after it is redirected': () => turns(),
};

// Each waits some seconds for what may be lost: they all run at once.
export const lostMigrations = theme('lost migrations', (check) => {
  for (const [moment, wait] of Object.entries(moments)) {
    check(`clients made ${moment}: ${Object.keys(uses).join(', ')}`, async () => {
      const waitForLoss = async ([name, use]: [string, (client: AnyClient) => AnyClient]) => {
        const there = await silentWorker();
        const { client, server } = pair();
        await client.connected;
        migrate(server, there);
        await wait();
        const other = keep(use(client));
        const lost = fails(other.req('unanswered'), 'ServerDisappeared');
        await turns();
        there.terminate();
        await lost;
        equal((await other.closed).code, 'ServerDisappeared', name);
      };
      await Promise.all(Object.entries(uses).map(waitForLoss));
    });

    check(`a context and a client in a message that is sent ${moment}`, async () => {
      const there = await silentWorker();
      const { client, server } = pair();
      await client.connected;
      const home = pair();
      const answer = fails(home.client.req('work'), 'NoReply');
      const { rctx } = await takeRequest(home.server);
      migrate(server, there);
      await wait();
      const ports: UserPort[] = [rctx.transfer(), home.client.transfer()];
      client.post({ ports }, { transfer: ports });
      await turns();
      there.terminate();
      await answer;
      await fails(home.server.wait(), 'ClientsDisappeared');
    });
  }
});
