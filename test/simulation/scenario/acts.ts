/** What happens in a scenario. An act does nothing if there is nothing that it could happen to. */
import { channel } from '../library.js';
import { collect } from '../platform/collection.js';
import type { Message } from './cast.js';
import type { Stage } from './stage.js';
import { capacityFrom, startWorker } from './starts.js';

const MAX_AGENTS = 7;
const MAX_TIMEOUT_MS = 300;
const MAX_COMPUTING_MS = 500;

interface Act {
  /** How often it is chosen. */
  readonly weight: number;
  readonly run: (stage: Stage) => Promise<void> | undefined;
}

const act = (weight: number, run: Act['run']): Act => ({ weight, run });

const calls = {
  request: act(14, (stage) => {
    const { random, cast, aborts } = stage;
    const found = stage.pickClient();
    if (found === undefined) return undefined;
    const { agent, stream, client } = found;
    const timeout = random.chance(0.2) ? Math.ceil(random.next() * MAX_TIMEOUT_MS) : undefined;
    const call = cast.ledger.call(agent, stream, timeout !== undefined);
    const controller = new AbortController();
    aborts.set(call, controller);
    return stage.in(agent, `calls ${call.id} (${stream.id}.${call.n})`, () => {
      const options = { signal: controller.signal, timeout };
      cast.ledger.watch(call, client.req([call.id, stream.id, call.n], options));
    });
  }),
  post: act(6, (stage) => {
    const caller = stage.pick(stage.cast.callers);
    if (caller === undefined) return undefined;
    const { agent, client, stream } = caller;
    const n = stage.cast.ledger.post(stream);
    return stage.in(agent, `posts ${stream.id}.${n}`, () => {
      client.post([0, stream.id, n]);
    });
  }),
  abort: act(3, (stage) => {
    const pending = stage.cast.ledger.calls.filter(({ outcome }) => outcome === undefined);
    const call = stage.pick(pending);
    if (call === undefined) return undefined;
    return stage.in(call.agent, `aborts call ${call.id}`, () => {
      call.isAborted = true;
      stage.aborts.get(call)?.abort();
    });
  }),
  answer: act(9, (stage) => {
    const held = stage.take(stage.cast.held);
    if (held === undefined) return undefined;
    return stage.in(held.agent, `answers call ${held.call.id}`, () => {
      stage.cast.answer(held);
    });
  }),
};

const clients = {
  clone: act(2, (stage) => {
    const caller = stage.pick(stage.cast.callers);
    if (caller === undefined) return undefined;
    return stage.in(caller.agent, `clones client ${caller.stream.id}`, () => {
      stage.cast.join(caller.agent, caller.client.clone());
    });
  }),
  postOnly: act(1, (stage) => {
    const found = stage.pickClient();
    if (found === undefined) return undefined;
    return stage.in(found.agent, `makes a post-only client of ${found.stream.id}`, () => {
      stage.cast.join(found.agent, found.client.postOnly());
    });
  }),
  weak: act(1, (stage) => {
    const found = stage.pickClient();
    if (found === undefined) return undefined;
    return stage.in(found.agent, `makes a weak client of ${found.stream.id}`, () => {
      stage.cast.weaks.push({ agent: found.agent, weak: found.client.weak() });
    });
  }),
  upgrade: act(1, (stage) => {
    const { cast } = stage;
    const found = stage.pick(cast.weaks);
    if (found === undefined) return undefined;
    return stage.in(found.agent, 'upgrades a weak client', () => {
      found.weak.upgrade().then(
        (client) => {
          if (client !== undefined) cast.join(found.agent, client);
        },
        (error: unknown) => {
          cast.mayReject('upgrade()', error);
        },
      );
    });
  }),
  closeClient: act(2, (stage) => {
    const caller = stage.take(stage.cast.callers);
    if (caller === undefined) return undefined;
    stage.cast.ledger.isDisturbed = true;
    return stage.in(caller.agent, `closes client ${caller.stream.id}`, () => {
      caller.client.close();
    });
  }),
};

const servers = {
  channel: act(0.7, (stage) => {
    const agent = stage.pickAgent();
    if (agent === undefined) return undefined;
    const capacity = capacityFrom(stage.random);
    return stage.in(agent, 'makes a channel', () => {
      const { server, client } = channel<Message, Message, string, string>({ capacity });
      stage.cast.host(agent, server);
      stage.cast.join(agent, client);
    });
  }),
  closeServer: act(0.4, (stage) => {
    const host = stage.take(stage.cast.hosts);
    if (host === undefined) return undefined;
    stage.cast.ledger.isDisturbed = true;
    return stage.in(host.agent, 'closes its server', () => {
      host.server.close();
    });
  }),
};

const moves = {
  sendClient: act(4, (stage) => {
    const caller = stage.take(stage.cast.callers);
    const [to, send] = (caller && stage.road(caller.agent)) ?? [];
    if (caller === undefined || to === undefined || send === undefined) return undefined;
    return stage.in(caller.agent, `sends client ${caller.stream.id} to ${to.name}`, () => {
      send({ is: 'client', caller, port: caller.client.transfer() });
    });
  }),
  sendContext: act(4, (stage) => {
    const held = stage.take(stage.cast.held);
    const [to, send] = (held && stage.road(held.agent)) ?? [];
    if (held === undefined || to === undefined || send === undefined) return undefined;
    return stage.in(held.agent, `sends call ${held.call.id} to ${to.name}`, () => {
      send({ is: 'context', held, port: held.context.transfer() });
    });
  }),
  sendServer: act(1.5, (stage) => {
    const host = stage.take(stage.cast.hosts);
    const [to, send] = (host && stage.road(host.agent)) ?? [];
    if (host === undefined || to === undefined || send === undefined) return undefined;
    return stage.in(host.agent, `sends its server to ${to.name}`, () => {
      send({ is: 'server', port: host.server.transfer() });
    });
  }),
};

const agents = {
  startWorker: act(1, (stage) => {
    const { world } = stage.cast;
    const creator = stage.pickAgent();
    const alive = world.agents.filter(({ isAlive }) => isAlive);
    if (creator === undefined || alive.length >= MAX_AGENTS) return undefined;
    return startWorker(stage.cast, creator, stage.random, stage.mayFail);
  }),
  compute: act(0.5, (stage) => {
    const agent = stage.pickAgent();
    if (agent === undefined) return undefined;
    const ms = stage.random.next() * MAX_COMPUTING_MS;
    agent.world.tell(`${agent.name} computes for ${ms.toFixed(0)} ms`);
    agent.busyUntil = agent.world.now + ms;
    return undefined;
  }),
  forgetClient: act(0.5, (stage) => {
    const caller = stage.take(stage.cast.callers);
    if (caller === undefined) return undefined;
    stage.cast.ledger.isDisturbed = true;
    caller.agent.world.tell(`${caller.agent.name} forgets client ${caller.stream.id}`);
    collect(caller.client);
    return undefined;
  }),
  forgetContext: act(0.5, (stage) => {
    const held = stage.take(stage.cast.held);
    if (held === undefined) return undefined;
    held.agent.world.tell(`${held.agent.name} forgets call ${held.call.id}`);
    held.call.answer = 'NoReply';
    collect(held.context);
    return undefined;
  }),
};

const deaths = {
  terminate: act(0.7, (stage) => {
    const found = stage.mayFail ? stage.pick(stage.cast.workers) : undefined;
    if (found === undefined) return undefined;
    stage.cast.ledger.isDisturbed = true;
    return stage.in(found.agent, `terminates ${found.worker.agent.name}`, () => {
      found.worker.terminate();
    });
  }),
};

export const ACTS = { ...calls, ...clients, ...servers, ...moves, ...agents, ...deaths };
export type ActName = keyof typeof ACTS;

export const WEIGHTS = Object.fromEntries(
  Object.entries(ACTS).map(([name, { weight }]) => [name, weight]),
) as Record<ActName, number>;
