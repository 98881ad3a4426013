/** What must be true at the end of a scenario. */
import { countTransports } from '../library.js';
import { canBeWatched } from '../platform/locks.js';
import type { OpenRequest } from './handles.js';
import type { Inventory } from './inventory.js';
import { mayBeLost, outcomeOf } from './ledger.js';

/** A context whose caller does not wait any more says so. */
export async function auditSignals(inventory: Inventory): Promise<void> {
  for (const openRequest of inventory.openRequests) {
    await openRequest.agent.run(() => {
      auditSignal(inventory, openRequest);
    });
  }
}

export function auditSignal({ ledger, desk }: Inventory, openRequest: OpenRequest): void {
  const { agent, call } = openRequest;
  if (!agent.isAlive || (call.agent.isAlive && call.outcome === undefined)) return;
  // No other agent learns of the end of one that does not hold its lock yet.
  if (!call.agent.isAlive && !canBeWatched(call.agent)) return;
  if (ledger.isTainted(call)) return;
  if (!desk.readSignal(openRequest)) ledger.wrong(`the signal of call ${call.id} has not fired`);
}

/** Once all clients are closed, or have ended, no server goes on. */
export function auditServers(inventory: Inventory): void {
  const { hosts, ledger, world } = inventory;
  // A hostile agent need not close what it has.
  if (world.hostile !== undefined || hasUnseenEnd(inventory)) return;
  for (const { agent, record } of hosts) {
    const { dependencies, sequences, staysOpen } = record;
    if (!agent.isAlive || dependencies.isClosed || staysOpen === true) continue;
    const parts = [dependencies, ...sequences.map(({ client }) => client)];
    if (parts.some(({ isUnreported }) => isUnreported)) continue;
    ledger.wrong(`a server in ${agent.name} does not end with its last client`);
  }
}

/** Each client of a bounded mailbox has room for as many messages as its capacity. */
export async function fillMailboxes({ callers, ledger }: Inventory): Promise<void> {
  for (const { agent, client, sequence } of callers) {
    const { capacity } = sequence.server;
    if (capacity === undefined || mayBeLost(sequence) || !agent.isAlive) continue;
    await agent.run(() => {
      let room = 0;
      try {
        for (; room <= capacity; room++) client.post([0, sequence.id, ledger.post(sequence)]);
      } catch (error) {
        ledger.notPosted(sequence, sequence.sent);
        if (outcomeOf(error) !== 'MailboxFull') throw error;
      }
      if (room !== capacity)
        ledger.wrong(`client ${sequence.id} has room for ${room} of ${capacity} messages`);
    });
  }
}

/**
 * Whether an agent has ended before it held its lock, although that takes only some milliseconds in
 * a real engine: it is known that no other agent may learn of its end.
 */
export const hasUnseenEnd = ({ world }: Inventory): boolean =>
  world.agents.some((agent) => !agent.isAlive && agent.endedUnseen);

/** Nothing is left in an agent that lives. */
export async function auditLeftovers(inventory: Inventory): Promise<void> {
  const { world, ledger } = inventory;
  for (const { agent, error } of world.uncaught) {
    ledger.wrong(`uncaught in ${agent.name}: ${outcomeOf(error)}`);
  }
  // A hostile agent need not close what it has.
  if (world.hostile !== undefined || hasUnseenEnd(inventory)) return;
  const unaware = inventory.unawareAgents();
  inventory.ends.audit(ledger, unaware);
  for (const agent of world.agents.filter((each) => each.isAlive && !unaware.has(each))) {
    // A Worker's own channel lives as long as the worker.
    const ports = [...agent.ports].filter(
      ({ isImplicit, isConnected }) => !isImplicit && isConnected,
    );
    await agent.run(() => {
      const transports = countTransports();
      if (transports > 0) ledger.wrong(`${agent.name} has ${transports} transports`);
    });
    // A SharedWorker closes the ports of pages that have ended: as it listens to all of them, the
    // engine collects none. It keeps some of pages that have been in the cache.
    const stale = [...agent.ports].filter(
      (port) => port.isImplicit && port.isOpen && !port.isConnected && !port.isFromCache,
    );
    if (agent.kind === 'shared' && stale.length > 0)
      ledger.wrong(`${agent.name} keeps ${stale.length} ports of pages that have ended`);
    if (ports.length > 0) ledger.wrong(`${agent.name} has ${ports.length} open ports`);
    // Its own, and one in place of each worker that it has started. A page that was left before it
    // held its own takes another when it returns.
    const workers = inventory.workers.filter((each) => each.agent === agent).length;
    const locks = world.locksOf(agent.origin).heldBy(agent);
    if (locks > 1 + workers + Number(agent.window !== undefined))
      ledger.wrong(`${agent.name} holds ${locks} locks`);
    // One timer looks for windows that were closed, as long as a server may be asked for there.
    const allowed = agent.window === undefined ? 0 : 1;
    if (agent.timers.size > allowed) ledger.wrong(`${agent.name} has ${agent.timers.size} timers`);
  }
}
