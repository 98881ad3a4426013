/**
 * What happens in a scenario. An operation does nothing if there is nothing that it could happen
 * to.
 */
import { channel } from '../library.js';
import { collect } from '../platform/collection.js';
import { isWatched } from '../platform/locks.js';
import { calls } from './call-operations.js';
import { documents } from './document-operations.js';
import type { Hosting, Message } from './inventory.js';
import { attack } from './hostile.js';
import { mayBeLost, outcomeOf as codeOf, type Sequence } from './ledger.js';
import { operation } from './operation.js';
import type { Situation } from './situation.js';
import { capacityFrom, startWorker } from './starts.js';

const MAX_COMPUTING_MS = 500;

/** A client that the host of a server makes of it. */
function addClient(situation: Situation, { agent, server, record }: Hosting): Promise<void> {
  const { inventory } = situation;
  const add = (): void => {
    inventory.join(agent, server.client(), inventory.ledger.newSequence(record, agent));
  };
  return situation.in(agent, 'makes a client of its server', add, record);
}

const isIntact = (sequence: Sequence): boolean => !mayBeLost(sequence) && !sequence.client.hasEnded;

const clients = {
  clone: operation(2, (situation) => {
    const caller = situation.pick(situation.inventory.callers);
    if (caller === undefined) return undefined;
    const host = situation.random.chance(0.15) ? situation.pickServer() : undefined;
    if (host !== undefined) return addClient(situation, host);
    const { agent, client, sequence } = caller;
    const clone = (): void => {
      situation.joinClone(agent, client.clone(), sequence, true);
    };
    return situation.in(agent, `clones client ${sequence.id}`, clone, sequence);
  }),
  postOnly: operation(1, (situation) => {
    const found = situation.pickClient();
    if (found === undefined) return undefined;
    const { agent, client, sequence } = found;
    const clone = (): void => {
      situation.joinClone(agent, client.postOnly(), sequence, true);
    };
    return situation.in(agent, `makes a post-only client of ${sequence.id}`, clone, sequence);
  }),
  weak: operation(1, (situation) => {
    const found = situation.pickClient();
    if (found === undefined) return undefined;
    const { agent, client, sequence } = found;
    const weaken = (): void => {
      situation.inventory.weaks.push({ agent, sequence, weak: client.weak() });
    };
    return situation.in(agent, `makes a weak client of ${sequence.id}`, weaken, sequence);
  }),
  upgrade: operation(1, (situation) => {
    const { inventory } = situation;
    const found = situation.pick(inventory.weaks);
    if (found === undefined) return undefined;
    const { agent, weak, sequence } = found;
    const isConnected = (each: Sequence): boolean => each.lastTaken > 0 && !each.client.hasEnded;
    const others = sequence.server.sequences.filter(isConnected);
    const upgrade = (): void => {
      weak.upgrade().then(
        (client) => {
          if (client !== undefined) situation.joinClone(agent, client, sequence);
          // One of them has kept the server going all the time.
          else if (!mayBeLost(sequence) && others.some((each) => isIntact(each)))
            inventory.ledger.wrong(`a weak client of ${sequence.id} could not be upgraded`);
        },
        (error: unknown) => {
          if (!inventory.mayFail(error, sequence))
            inventory.ledger.wrong(`upgrade() rejected with ${codeOf(error)}`);
        },
      );
    };
    return situation.in(agent, `upgrades a weak client of ${sequence.id}`, upgrade, sequence);
  }),
  closeClient: operation(2, (situation) => {
    const caller = situation.take(situation.inventory.callers);
    if (caller === undefined) return undefined;
    caller.sequence.client.isClosed = true;
    return situation.in(caller.agent, `closes client ${caller.sequence.id}`, () => {
      caller.client.close();
    });
  }),
};

const servers = {
  channel: operation(0.7, (situation) => {
    const agent = situation.pickAgent();
    if (agent === undefined) return undefined;
    const capacity = capacityFrom(situation.random);
    const { ledger } = situation.inventory;
    return situation.in(agent, 'makes a channel', () => {
      const { server, client } = channel<Message, Message, string, string>({ capacity });
      const record = ledger.newServer([agent], capacity);
      situation.inventory.host(agent, server, record);
      situation.inventory.join(agent, client, ledger.newSequence(record, agent));
    });
  }),
  closeServer: operation(0.4, (situation) => {
    const host = situation.take(situation.inventory.hosts);
    if (host === undefined) return undefined;
    host.record.dependencies.isClosed = true;
    return situation.in(host.agent, 'closes its server', () => {
      host.server.close();
    });
  }),
};

const moves = {
  sendClient: operation(4, (situation) => {
    const caller = situation.pick(situation.inventory.callers);
    const [to, send] = (caller && situation.route(caller.agent)) ?? [];
    if (caller === undefined || to === undefined || send === undefined) return undefined;
    if (caller.sequence.server.keepsClients === true) return undefined;
    situation.remove(situation.inventory.callers, caller);
    situation.mayTerminate(to);
    const { agent, client, sequence } = caller;
    const transfer = (): void => {
      send({ is: 'client', caller, port: client.transfer() });
    };
    return situation.in(agent, `sends client ${sequence.id} to ${to.name}`, transfer, sequence);
  }),
  sendContext: operation(4, (situation) => {
    const openRequest = situation.pick(situation.inventory.openRequests);
    const [to, send] = (openRequest && situation.route(openRequest.agent)) ?? [];
    if (openRequest === undefined || to === undefined || send === undefined) return undefined;
    situation.remove(situation.inventory.openRequests, openRequest);
    situation.mayTerminate(to);
    return situation.in(
      openRequest.agent,
      `sends call ${openRequest.call.id} to ${to.name}`,
      () => {
        send({ is: 'context', openRequest, port: openRequest.context.transfer() });
      },
    );
  }),
  sendServer: operation(1.5, (situation) => {
    const host = situation.pick(situation.inventory.hosts);
    const [to, send] = (host && situation.route(host.agent)) ?? [];
    if (host === undefined || to === undefined || send === undefined) return undefined;
    situation.remove(situation.inventory.hosts, host);
    situation.mayTerminate(to);
    const { agent, server, record } = host;
    const transfer = (): void => {
      send({ is: 'server', record, port: server.transfer() });
    };
    return situation.in(agent, `sends its server to ${to.name}`, transfer, record);
  }),
};

const agents = {
  startWorker: operation(1, (situation) => {
    const creator = situation.pickAgent();
    // In most engines a SharedWorker starts no others.
    if (creator === undefined || situation.isCrowded || creator.kind === 'shared') return undefined;
    return startWorker(situation.inventory, creator, situation.random, situation.hasDeaths);
  }),
  compute: operation(0.5, (situation) => {
    const agent = situation.pickAgent();
    if (agent === undefined) return undefined;
    const ms = situation.random.next() * MAX_COMPUTING_MS;
    agent.world.tell(`${agent.name} computes for ${ms.toFixed(0)} ms`);
    agent.busyUntil = agent.world.now + ms;
    return undefined;
  }),
  forgetClient: operation(0.5, (situation) => {
    const caller = situation.take(situation.inventory.callers);
    if (caller === undefined) return undefined;
    caller.sequence.client.isClosed = true;
    caller.agent.world.tell(`${caller.agent.name} forgets client ${caller.sequence.id}`);
    collect(caller.client);
    return undefined;
  }),
  forgetContext: operation(0.5, (situation) => {
    const openRequest = situation.take(situation.inventory.openRequests);
    if (openRequest === undefined) return undefined;
    openRequest.agent.world.tell(`${openRequest.agent.name} forgets call ${openRequest.call.id}`);
    openRequest.call.answer = 'NoReply';
    collect(openRequest.context);
    return undefined;
  }),
};

const deaths = {
  terminate: operation(0.7, (situation) => {
    const found = situation.hasDeaths ? situation.pick(situation.inventory.workers) : undefined;
    if (found === undefined) return undefined;
    return situation.in(found.agent, `terminates ${found.worker.agent.name}`, () => {
      found.worker.terminate();
    });
  }),
};

const hostility = {
  attack: operation(0, (situation) => {
    const { hostile } = situation.inventory.world;
    if (hostile?.canRun !== true) return undefined;
    return situation.in(hostile, 'posts forged frames', () => {
      attack(hostile, situation.random);
    });
  }),
};

const ends = {
  /** The worker computes without end, until it is terminated. */
  hang: operation(0, (situation) => {
    const { hasDeaths, inventory } = situation;
    const worker = hasDeaths
      ? situation.pick(inventory.workers.map((each) => each.worker))
      : undefined;
    if (worker === undefined) return undefined;
    const { agent } = worker;
    agent.world.tell(`${agent.name} hangs`);
    agent.busyUntil = Infinity;
    return undefined;
  }),
  leave: operation(0, (situation) => {
    if (!situation.hasDeaths) return undefined;
    const { leaving } = situation.inventory;
    // Until another agent has the name of its lock, nothing can reveal its end.
    const found = situation.pick(leaving.filter(({ agent }) => isWatched(agent)));
    if (found === undefined) return undefined;
    situation.remove(leaving, found);
    return situation.in(found.agent, 'ends itself', found.leave);
  }),
};

export const OPERATIONS = {
  ...calls,
  ...clients,
  ...servers,
  ...moves,
  ...agents,
  ...deaths,
  ...ends,
  ...documents,
  ...hostility,
};
export type OperationName = keyof typeof OPERATIONS;

export type Weights = Readonly<Record<OperationName, number>>;

export const WEIGHTS = Object.fromEntries(
  Object.entries(OPERATIONS).map(([name, { weight }]) => [name, weight]),
) as Weights;
