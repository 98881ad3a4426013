/** How the agents of a scenario start: each worker serves its creator, and may call it. */
import type { Agent } from '../agent.js';
import { connect, importLibrary, listen } from '../library.js';
import { SimulatedWorker, type WorkerScope } from '../platform/workers.js';
import type { Random } from '../random.js';
import type { Inventory, Message } from './inventory.js';
import type { ServerRecord } from './ledger.js';

/** The capacity of a mailbox. */
export const capacityFrom = (random: Random): number | undefined =>
  random.pick([undefined, undefined, 1, 3]);

/** @param hasDeaths Its script may be one that cannot be loaded. */
export function startWorker(
  inventory: Inventory,
  creator: Agent,
  random: Random,
  hasDeaths: boolean,
): Promise<void> {
  const name = `worker ${inventory.workers.length + 1}`;
  const capacity = capacityFrom(random);
  const callsBack = random.chance(0.3);
  const loads = !(hasDeaths && random.chance(0.05));

  const { ledger } = inventory;
  let record: ServerRecord;
  let back: ServerRecord;
  const script = (scope: WorkerScope): void => {
    const { agent } = scope;
    importLibrary();
    inventory.host(agent, listen<Message, Message, string, string>(scope, { capacity }), record);
    inventory.connect(agent, creator, scope);
    if (callsBack) {
      const client = connect<Message, Message, string, string>(scope, { name: 'back' });
      inventory.join(agent, client, ledger.newSequence(back, agent));
    }
  };
  return inventory.in(creator, `starts ${name}${loads ? '' : ', which does not load'}`, () => {
    const worker = new SimulatedWorker(name, loads ? script : undefined);
    inventory.workers.push({ agent: creator, worker });
    inventory.connect(creator, worker.agent, worker);
    record = ledger.newServer([worker.agent], capacity);
    back = ledger.newServer([creator, worker.agent], capacity);
    const client = connect<Message, Message, string, string>(worker);
    inventory.join(creator, client, ledger.newSequence(record, creator));
    if (callsBack) {
      inventory.host(
        creator,
        listen<Message, Message, string, string>(worker, { name: 'back', capacity }),
        back,
      );
    }
  });
}
