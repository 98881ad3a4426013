/** How the agents of a scenario start: each worker serves its creator, and may call it. */
import type { Agent } from '../agent.js';
import { connect, importLibrary, listen } from '../library.js';
import { SimulatedWorker, type WorkerScope } from '../platform/workers.js';
import type { Random } from '../random.js';
import type { Cast, Message } from './cast.js';

/** The capacity of a mailbox. */
export const capacityFrom = (random: Random): number | undefined =>
  random.pick([undefined, undefined, 1, 3]);

/** @param mayFail Its script may be one that cannot be loaded. */
export function startWorker(
  cast: Cast,
  creator: Agent,
  random: Random,
  mayFail: boolean,
): Promise<void> {
  const name = `worker ${cast.workers.length + 1}`;
  const capacity = capacityFrom(random);
  const callsBack = random.chance(0.3);
  const loads = !(mayFail && random.chance(0.05));
  if (!loads) cast.ledger.isDisturbed = true;

  const script = (scope: WorkerScope): void => {
    const { agent } = scope;
    importLibrary();
    cast.host(agent, listen<Message, Message, string, string>(scope, { capacity }));
    cast.connect(agent, creator, scope);
    if (callsBack)
      cast.join(agent, connect<Message, Message, string, string>(scope, { name: 'back' }));
  };
  return cast.in(creator, `starts ${name}${loads ? '' : ', which does not load'}`, () => {
    const worker = new SimulatedWorker(name, loads ? script : undefined);
    cast.workers.push({ agent: creator, worker });
    cast.connect(creator, worker.agent, worker);
    cast.join(creator, connect<Message, Message, string, string>(worker));
    if (callsBack) {
      cast.host(
        creator,
        listen<Message, Message, string, string>(worker, { name: 'back', capacity }),
      );
    }
  });
}
