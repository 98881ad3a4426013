/**
 * What happens in a scenario. An operation does nothing if there is nothing that it could happen
 * to.
 */
import { channel, Client } from '../library.js';
import { collect } from '../platform/collection.js';
import { canBeWatched } from '../platform/locks.js';
import { documents } from './document-operations.js';
import type { Message } from './inventory.js';
import { attack } from './hostile.js';
import { outcomeOf as codeOf } from './ledger.js';
import { operation } from './operation.js';
import { capacityFrom, startWorker } from './starts.js';

const MAX_TIMEOUT_MS = 300;
/** Nearly all of these are still running when the scenario is over, unless they are stopped. */
const LONG_TIMEOUT_MS = 1e7;
const MAX_COMPUTING_MS = 500;

const calls = {
  request: operation(14, (situation) => {
    const { random, inventory, aborts } = situation;
    const found = situation.pickClient();
    if (found === undefined) return undefined;
    const { agent, sequence, client } = found;
    const limit = random.chance(0.2) ? LONG_TIMEOUT_MS : MAX_TIMEOUT_MS;
    const timeout = random.chance(0.2) ? Math.ceil(random.next() * limit) : undefined;
    const call = inventory.ledger.call(agent, sequence, timeout);
    const controller = new AbortController();
    aborts.set(call, controller);
    return situation.in(agent, `calls ${call.id} (${sequence.id}.${call.n})`, () => {
      const options = { signal: controller.signal, timeout };
      inventory.ledger.watch(call, client.req([call.id, sequence.id, call.n], options));
    });
  }),
  post: operation(6, (situation) => {
    const caller = situation.pick(situation.inventory.callers);
    if (caller === undefined) return undefined;
    const { agent, client, sequence } = caller;
    const { inventory } = situation;
    if (client instanceof Client && situation.random.chance(0.3)) {
      return situation.in(agent, `posts on client ${sequence.id} when there is room`, () => {
        inventory.postWhenReady({ client, sequence });
      });
    }
    const post = (): void => {
      try {
        inventory.post(client, sequence);
      } catch (error) {
        const isFull = sequence.server.capacity !== undefined && codeOf(error) === 'MailboxFull';
        if (!isFull) throw error;
      }
    };
    return situation.in(agent, `posts ${sequence.id}.${sequence.sent + 1}`, post, sequence);
  }),
  abort: operation(3, (situation) => {
    const pending = situation.inventory.ledger.calls.filter(({ outcome }) => outcome === undefined);
    const call = situation.pick(pending);
    if (call === undefined) return undefined;
    return situation.in(call.agent, `aborts call ${call.id}`, () => {
      call.isAborted = true;
      situation.aborts.get(call)?.abort();
    });
  }),
  answer: operation(9, (situation) => {
    const openRequest = situation.take(situation.inventory.openRequests);
    if (openRequest === undefined) return undefined;
    return situation.in(openRequest.agent, `answers call ${openRequest.call.id}`, () => {
      situation.inventory.desk.answer(openRequest);
    });
  }),
};

const clients = {
  clone: operation(2, (situation) => {
    const caller = situation.pick(situation.inventory.callers);
    if (caller === undefined) return undefined;
    const { agent, client, sequence } = caller;
    const clone = (): void => {
      situation.joinClone(agent, client.clone(), sequence);
    };
    return situation.in(agent, `clones client ${sequence.id}`, clone, sequence);
  }),
  postOnly: operation(1, (situation) => {
    const found = situation.pickClient();
    if (found === undefined) return undefined;
    const { agent, client, sequence } = found;
    const clone = (): void => {
      situation.joinClone(agent, client.postOnly(), sequence);
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
    const upgrade = (): void => {
      weak.upgrade().then(
        (client) => {
          if (client !== undefined) situation.joinClone(agent, client, sequence);
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
    // Until an agent holds its lock, nothing can reveal its end, if no other agent has ended it.
    const found = situation.pick(leaving.filter(({ agent }) => canBeWatched(agent)));
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
