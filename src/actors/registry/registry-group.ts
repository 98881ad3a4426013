/**
 * How this thread reaches the names of its family: those that its parent knows, or its own if it
 * has none.
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

interface Group {
  names: Promise<NameTableClient> | undefined;
  /** The family that this thread had joined has lost the thread that began it. */
  isGone: boolean;
  parent: (() => Promise<NameTableClient>) | undefined;
}

const threadGroup = perThread<Group>(() => ({
  names: undefined,
  isGone: false,
  parent: undefined,
}));

/**
 * Rejects with `ServerDisappeared` if the thread that began the family, or the one that leads
 * there, is gone.
 */
export function groupRegistry(): Promise<NameTableClient> {
  const group = threadGroup();
  return (group.names ??= group.parent?.() ?? Promise.resolve(createRegistry()));
}

function createRegistry(): NameTableClient {
  const { server, client } = channel<NameTablePost, NameTableRequest, unknown, NameTaken>();
  // A table that nobody asks keeps no process open.
  void serve(server.unref(), new NameTable(), { concurrency: Number.MAX_SAFE_INTEGER });
  return client;
}

/**
 * This thread has a parent, which can be asked for the names once somebody wants them. The last one
 * counts, until then.
 */
export function setParentRegistry(ask: () => Promise<NameTableClient>): void {
  threadGroup().parent = ask;
}

/**
 * A port by which another thread can join this one's family: send it there, for
 * {@link joinRegistry}. Threads that `spawnWorker()` starts need none.
 *
 * Rejects with an UmpError `ServerDisappeared` if the thread that began the family is gone.
 */
export async function registryPort(): Promise<MessagePort> {
  return (await groupRegistry()).clone().transfer();
}

/**
 * Makes the family's names those of this thread, whichever thread the port came from. Not after
 * this thread has registered or looked up a name, unless that was in a family that it had joined,
 * too, and whose first thread is gone.
 *
 * @throws UmpError `InvalidArgument` if `port` is not a MessagePort; `NotSupported` if this thread
 * already uses a registry; `Detached` if the port was already used.
 */
export function joinRegistry(port: PortLike): void {
  const group = threadGroup();
  if (group.names !== undefined && !group.isGone) {
    raise(
      joinRegistry,
      'NotSupported',
      'joinRegistry() must be called before this thread uses the registry',
    );
  }
  const joined: NameTableClient = Client.from(port);
  group.names = Promise.resolve(joined);
  group.isGone = false;
  void joined.closed.then(() => {
    group.isGone = true;
  });
}
