/** How the agents of a scenario start: each worker serves its creator, and may call it. */
import { Agent } from '../agent.js';
import { connect, listen, type Endpoint } from '../library.js';
import { NodeModules } from '../platform/node-modules.js';
import { NodeWorker } from '../platform/node-worker.js';
import type { Platform } from '../platform/platform.js';
import { SimulatedWindow } from '../platform/windows.js';
import { SimulatedWorker } from '../platform/workers.js';
import type { Random } from '../random.js';
import type { World } from '../world.js';
import type { Inventory, Line, Message, StartedWorker } from './inventory.js';
import type { ServerRecord } from './ledger.js';

/** The capacity of a mailbox. */
export const capacityFrom = (random: Random): number | undefined =>
  random.pick([undefined, undefined, 1, 3]);

/** The agent that is there first. */
export function startMain(world: World, platform: Platform): Agent {
  if (!platform.isNode) {
    const page = new Agent(world, platform, 'page', 'the page', 'https://a.example');
    page.window = new SimulatedWindow();
    page.window.show(page);
    return page;
  }
  const main = new Agent(world, platform, 'thread', 'the main thread', 'null', true);
  main.node = new NodeModules(main, 0, null, () => {
    main.end();
  });
  return main;
}

/** One side of the way between two agents. */
interface Side {
  readonly agent: Agent;
  /** What connect() and listen() take. */
  readonly endpoint: Endpoint;
  readonly line: Line;
  /** What the agent calls to end itself. */
  readonly leave: () => void;
}

/** When a creator connects to its worker once more, in milliseconds at most. */
const MAX_AGAIN_MS = 200;

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
  const connectsAgain = random.chance(0.1);
  const againMs = random.next() * MAX_AGAIN_MS;
  const { ledger } = inventory;
  // Only its server keeps such a thread running.
  const isPlain = creator.node !== undefined && random.chance(0.4);
  const records: { own?: ServerRecord; back?: ServerRecord } = {};

  const script = ({ agent, endpoint, line, leave }: Side): void => {
    inventory.importLibrary();
    inventory.leaving.push({ agent, leave });
    if (agent.node !== undefined)
      agent.node.onLeave = () => {
        ledger.mayExit(agent, records.own!);
      };
    inventory.host(agent, listenAt(endpoint, { capacity }), records.own!);
    if (!isPlain) inventory.connect(agent, creator, line);
    if (!callsBack) return;
    const client = connectTo(endpoint, { name: 'back' });
    inventory.join(agent, client, ledger.newSequence(records.back!, agent));
  };
  return inventory.in(creator, `starts ${name}${loads ? '' : ', which does not load'}`, () => {
    const start = creator.node === undefined ? startWebWorker : startThread;
    const { worker, line } = start(name, loads ? script : undefined);
    const endpoint = worker as unknown as Endpoint;
    records.own = ledger.newServer([worker.agent], capacity);
    records.back = ledger.newServer([creator, worker.agent], capacity);
    inventory.workers.push({ agent: creator, worker });
    if (!isPlain) inventory.connect(creator, worker.agent, line);
    const { own } = records;
    inventory.join(creator, connectTo(endpoint), ledger.newSequence(own, creator));
    const connectAgain = (): void => {
      inventory.world.tell(`${creator.name} connects to ${name} again`);
      const again = ledger.newSequence(own, creator, undefined, true);
      inventory.join(creator, connectTo(endpoint), again);
    };
    if (connectsAgain) creator.after(againMs, connectAgain);
    if (callsBack)
      inventory.host(creator, listenAt(endpoint, { name: 'back', capacity }), records.back);
  });
}

export const connectTo = connect<Message, Message, string, string>;
export const listenAt = listen<Message, Message, string, string>;

type Start = (
  name: string,
  script: ((side: Side) => void) | undefined,
) => { worker: StartedWorker; line: Line };

const startWebWorker: Start = (name, script) => {
  const worker = new SimulatedWorker(
    name,
    script &&
      ((scope) => {
        const { agent } = scope;
        const leave = (): void => {
          scope.close();
        };
        script({ agent, endpoint: scope, line: scope, leave });
      }),
  );
  return { worker, line: worker };
};

const startThread: Start = (name, script) => {
  const worker = new NodeWorker(
    name,
    script &&
      ((port, agent) => {
        const { process } = agent.node!;
        const leave = process['exit'] as () => void;
        script({ agent, endpoint: port, line: nodeLine(port), leave });
      }),
  );
  // The application knows by its calls that a script has not loaded.
  worker.on('error', () => undefined);
  return { worker, line: nodeLine(worker) };
};

/** Node gives its listeners the message itself. */
const nodeLine = (endpoint: {
  postMessage(message: unknown, transfer: object[]): void;
  on(type: 'message', listener: (data: unknown) => void): unknown;
}): Line => ({
  postMessage: (message, transfer) => {
    endpoint.postMessage(message, transfer);
  },
  addEventListener: (type, listener) => {
    endpoint.on(type, (data) => {
      listener({ data });
    });
  },
});
