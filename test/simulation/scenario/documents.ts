/** Pages, frames and the SharedWorker that they have in common. */
import type { Agent } from '../agent.js';
import type { Endpoint } from '../library.js';
import { SimulatedSharedWorker } from '../platform/shared-workers.js';
import { load, SimulatedWindow, unload } from '../platform/windows.js';
import type { Random } from '../random.js';
import { acceptCouriers, openCourier } from './courier.js';
import type { Inventory } from './inventory.js';
import type { ServerRecord } from './ledger.js';
import { capacityFrom, connectTo, listenAt } from './starts.js';

const OWN_ORIGIN = 'https://a.example';
const OTHER_ORIGIN = 'https://b.example';

/** Longer than any agent computes. */
const HEARTBEAT_MS = 1000;

export interface Frame {
  /** The document that the frame is in. */
  readonly agent: Agent;
  readonly window: SimulatedWindow;
  readonly origin: string;
  /**
   * Of the server of each document in it: a client that connects while another document is loaded
   * reaches either of the two.
   */
  readonly capacity: number | undefined;
  document: Agent;
}

const asEndpoint = (object: object): Endpoint => object as Endpoint;

/** An agent of another origin that dies is detected by its last words, or by a heartbeat. */
function optionsFor(one: Agent, origin: string): { heartbeat?: number } {
  const isHeard = one.origin === origin || one.platform.lastPostsLost === 0;
  return isHeard ? {} : { heartbeat: HEARTBEAT_MS };
}

export function startFrame(
  inventory: Inventory,
  creator: Agent,
  random: Random,
  hasDeaths: boolean,
): Promise<void> {
  const origin = random.chance(0.7) ? creator.origin : otherThan(creator.origin);
  const frame = {
    agent: creator,
    window: new SimulatedWindow(creator.window),
    origin,
    capacity: capacityFrom(random),
    document: creator,
  };
  inventory.frames.push(frame);
  return inventory.in(creator, `adds a frame of ${origin}`, () => {
    showFrame(inventory, frame, random, hasDeaths);
  });
}

const otherThan = (origin: string): string => (origin === OWN_ORIGIN ? OTHER_ORIGIN : OWN_ORIGIN);

/** Runs in the document that the frame is in, which connects to the next document of the frame. */
export function showFrame(
  inventory: Inventory,
  frame: Frame,
  random: Random,
  hasDeaths: boolean,
): void {
  const { ledger } = inventory;
  const { agent: creator, window, origin, capacity } = frame;
  // No agent learns where a port is that was sent to another origin.
  const passesPorts = origin === creator.origin || !hasDeaths;
  const options = optionsFor(creator, origin);
  const records: { own?: ServerRecord } = {};
  const name = `frame ${inventory.frames.indexOf(frame) + 1} (${inventory.world.agents.length})`;
  const isDefault = random.chance(0.5);
  const before = frame.document;
  frame.document = load(window, name, origin, creator, (document) => {
    inventory.importLibrary();
    const place = asEndpoint(creator.window!);
    const allowed = { ...options, allowedOrigins: [creator.origin] };
    // By default listen() takes the parent.
    const server = listenAt(isDefault ? undefined : place, { ...allowed, capacity });
    inventory.host(document, server, records.own!);
    if (passesPorts) acceptCouriers(inventory, document, place, allowed);
  });
  creator.atDeath(() => {
    frame.document.end();
  });
  records.own = ledger.newServer([frame.document], capacity);
  records.own.keepsClients = !passesPorts;
  records.own.staysOpen = true;
  // The document before it may answer as long as it is there.
  if (before !== creator) records.own.dependencies.goesTo(before);
  const client = connectTo(asEndpoint(window), { ...options, origin });
  inventory.join(creator, client, ledger.newSequence(records.own, creator));
  if (passesPorts)
    openCourier(inventory, creator, frame.document, asEndpoint(window), { ...options, origin });
}

/** The documents in it leave first. */
export async function removeDocument(inventory: Inventory, document: Agent): Promise<void> {
  for (const frame of inventory.frames)
    if (frame.agent === document) await removeFrame(inventory, frame);
  await unload(document);
}

export async function removeFrame(inventory: Inventory, frame: Frame): Promise<void> {
  frame.window.closed = true;
  await removeDocument(inventory, frame.document);
}

/** Another page of the same origin, which uses the SharedWorker. */
export async function openPage(inventory: Inventory, main: Agent, random: Random): Promise<void> {
  const window = new SimulatedWindow();
  const name = `page ${inventory.pages.length + 2}`;
  main.world.tell(`${name} opens`);
  const page = load(window, name, main.origin, main, () => {
    inventory.importLibrary();
    useSharedWorker(inventory, page, random);
  });
  inventory.pages.push({ agent: page });
  await Promise.resolve();
}

/** Runs in a document. */
export function useSharedWorker(inventory: Inventory, document: Agent, random: Random): void {
  const { ledger, sharedRecords } = inventory;
  const capacity = capacityFrom(random);
  const worker = new SimulatedSharedWorker('hub', (scope) => {
    inventory.importLibrary();
    const place = asEndpoint(scope);
    const record = sharedRecords.get(scope.agent)!;
    inventory.host(scope.agent, listenAt(place, { capacity: record.capacity }), record);
    acceptCouriers(inventory, scope.agent, place);
  });
  const record = sharedRecords.get(worker.agent) ?? ledger.newServer([worker.agent], capacity);
  record.staysOpen = true;
  sharedRecords.set(worker.agent, record);
  const client = connectTo(asEndpoint(worker));
  inventory.join(document, client, ledger.newSequence(record, document));
  openCourier(inventory, document, worker.agent, asEndpoint(worker));
}
