/**
 * How this thread reaches the registry of its group: through its parent, through a port, or, in the
 * first thread of a group, directly.
 *
 *   unused ──first use, joinRegistry()──► using ──first thread of a joined group lost──► lost
 *                                           ▲                                             │
 *                                           └───────────────joinRegistry()────────────────┘
 */
import {
  channel,
  Client,
  type MessagePort,
  type PortLike,
  perThread,
  raise,
} from '../../core/internal.js';
import {
  NameTable,
  type NameTableClient,
  type NameTablePost,
  type NameTableRequest,
  type NameTaken,
} from './name-table.js';
import { serve } from '../handlers/serve.js';

/** Which group this thread belongs to. */
type Membership =
  | { readonly state: 'unused'; readonly requestFromParent?: () => Promise<NameTableClient> }
  | { readonly state: 'using' | 'lost'; readonly registry: Promise<NameTableClient> };

const thisThread = perThread<{ membership: Membership }>(() => ({
  membership: { state: 'unused' },
}));

/**
 * Rejects with `ServerDisappeared` if the first thread of the group, or a thread on the way to it,
 * is gone.
 */
export function groupRegistry(): Promise<NameTableClient> {
  const thread = thisThread();
  const { membership } = thread;
  if (membership.state !== 'unused') return membership.registry;
  const registry = membership.requestFromParent?.() ?? Promise.resolve(createRegistry());
  thread.membership = { state: 'using', registry };
  return registry;
}

function createRegistry(): NameTableClient {
  const { server, client } = channel<NameTablePost, NameTableRequest, unknown, NameTaken>();
  // An idle registry must not keep the process alive.
  void serve(server.unref(), new NameTable(), { concurrency: Infinity });
  return client;
}

/**
 * Sets how this thread requests the registry from its parent, on first use. Until then, a later
 * call replaces an earlier one.
 */
export function setParentRegistry(request: () => Promise<NameTableClient>): void {
  const thread = thisThread();
  if (thread.membership.state !== 'unused') return;
  thread.membership = { state: 'unused', requestFromParent: request };
}

/**
 * Returns a port through which another thread can join the registry group of this thread: transfer
 * it there and call {@link joinRegistry}. Threads that `spawnWorker()` starts need no port.
 *
 * Rejects with an UmpError `ServerDisappeared` if the first thread of the group is gone.
 */
export async function registryPort(): Promise<MessagePort> {
  return (await groupRegistry()).clone().transfer();
}

/**
 * Joins the registry group that `port` came from. Call it before this thread registers or looks up
 * a name. A thread that had joined a group may join another once the first thread of that group is
 * gone.
 *
 * @throws UmpError `InvalidArgument` if `port` is not a MessagePort, or if this thread already uses
 * a registry; `Detached` if the port was already used.
 */
export function joinRegistry(port: PortLike): void {
  const thread = thisThread();
  if (thread.membership.state === 'using') {
    raise(
      joinRegistry,
      'InvalidArgument',
      'joinRegistry() must be called before this thread uses the registry',
    );
  }
  const client: NameTableClient = Client.from(port);
  const registry = Promise.resolve(client);
  thread.membership = { state: 'using', registry };
  void client.closed.then(() => {
    thread.membership = { state: 'lost', registry };
  });
}
