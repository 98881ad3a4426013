/**
 * Handovers that travel as messages of the package, between agents that have no Worker of each
 * other: so the package knows where the ports go.
 */
import type { Agent } from '../agent.js';
import { channel, Client, connect, listen, type Endpoint, type MessagePort } from '../library.js';
import type { Inventory } from './inventory.js';

interface Parcel {
  /** The number of a handover; undefined: the port is a client by which parcels go back. */
  readonly handover?: number;
  /** The number of the agent that has sent the client, and how often its page had been left. */
  readonly from?: readonly [agent: number, departures: number];
  /** Undefined: it only asks for an answer. */
  readonly port?: MessagePort;
}

interface Options {
  readonly origin?: string;
  readonly allowedOrigins?: readonly string[];
  readonly heartbeat?: number;
}

const NAME = 'courier';

type Courier = Client<Parcel, Parcel, string>;

/** From now on handovers go both ways between the agents, once the other one has answered. */
export function openCourier(
  inventory: Inventory,
  agent: Agent,
  peer: Agent,
  endpoint: Endpoint,
  options: Options = {},
): void {
  const { world, couriers } = inventory;
  const out: Courier = connect(endpoint, { ...options, name: NAME });
  couriers.push({ agent, handle: out });
  out
    .req({})
    // Only now the package knows which agent a port goes to.
    .then(() => {
      const { server, client } = channel<Parcel, Parcel, string>();
      couriers.push({ agent, handle: server });
      void readParcels(inventory, agent, server);
      const port = client.transfer();
      const from = [world.agents.indexOf(agent), agent.departures] as const;
      return out.req({ from, port }, { transfer: [port] });
    })
    .then(
      () => {
        openRoute(inventory, agent, peer, out);
      },
      // Something has ended: there is no way.
      () => undefined,
    );
}

export function acceptCouriers(
  inventory: Inventory,
  agent: Agent,
  endpoint: Endpoint,
  options: Options = {},
): void {
  const server = listen<Parcel, Parcel, string>(endpoint, { ...options, name: NAME });
  inventory.couriers.push({ agent, handle: server });
  void readParcels(inventory, agent, server);
}

type ParcelServer = ReturnType<typeof listen<Parcel, Parcel, string>>;

async function readParcels(
  inventory: Inventory,
  agent: Agent,
  server: ParcelServer,
): Promise<void> {
  try {
    for await (const message of server) {
      const { handover, from, port } = message.msg;
      if (handover !== undefined) inventory.arrive(agent, handover, port!);
      if (message.type === 'post') continue;
      if (from !== undefined) {
        const back: Courier = Client.from(port!);
        inventory.couriers.push({ agent, handle: back });
        const [number, departures] = from;
        openRoute(inventory, agent, inventory.world.agents[number]!, back, departures);
      }
      message.rctx.reply('yes');
    }
  } catch (error) {
    inventory.ledger.wrong(`a courier failed: ${String(error)}`);
  }
}

function openRoute(
  inventory: Inventory,
  from: Agent,
  to: Agent,
  client: Courier,
  departures?: number,
): void {
  const post = (message: unknown, transfer: object[]): void => {
    client.post(message as Parcel, { transfer });
  };
  inventory.openRoute(from, to, post, departures);
}
