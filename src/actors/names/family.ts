/**
 * How this thread reaches the names of its family: those that its parent knows, or its own if it
 * has none.
 */
import { channel } from '../../core/channel.js';
import { Client } from '../../core/client.js';
import { raise } from '../../core/errors.js';
import type { MessagePort, PortLike } from '../../core/platform.js';
import {
  Names,
  type NamesClient,
  type NamesPost,
  type NamesRequest,
  type NameTaken,
} from './names.js';
import { serve } from '../handlers/serve.js';

let names: Promise<NamesClient> | undefined = undefined;
/** The family that this thread had joined has lost the thread that began it. */
let isOrphan = false;
let parent: (() => Promise<NamesClient>) | undefined = undefined;

/**
 * Rejects with `ServerDisappeared` if the thread that began the family, or the one that leads
 * there, is gone.
 */
export function familyNames(): Promise<NamesClient> {
  return (names ??= parent?.() ?? Promise.resolve(begin()));
}

function begin(): NamesClient {
  const { server, client } = channel<NamesPost, NamesRequest, unknown, NameTaken>();
  // A table that nobody asks keeps no process open.
  void serve(server.unref(), new Names(), { concurrency: Number.MAX_SAFE_INTEGER });
  return client;
}

/**
 * This thread has a parent, which can be asked for the names once somebody wants them. The last one
 * counts, until then.
 */
export function hasParent(ask: () => Promise<NamesClient>): void {
  parent = ask;
}

/**
 * A port by which another thread can join this one's family: send it there, for
 * {@link joinRegistry}. Threads that `spawnWorker()` starts need none.
 *
 * Rejects with an UmpError `ServerDisappeared` if the thread that began the family is gone.
 */
export async function registryPort(): Promise<MessagePort> {
  return (await familyNames()).clone().transfer();
}

/**
 * Makes the family's names those of this thread, whichever thread the port came from. Not after
 * this thread has registered or looked up a name, unless that was in a family that it had joined,
 * too, and whose first thread is gone.
 *
 * @throws UmpError `NotSupported` if it is no port, or too late; `Detached` if the port was taken
 * up before.
 */
export function joinRegistry(port: PortLike): void {
  if (names !== undefined && !isOrphan) {
    raise(joinRegistry, 'NotSupported', 'this thread has used names before: join first');
  }
  const joined: NamesClient = Client.from(port);
  names = Promise.resolve(joined);
  isOrphan = false;
  void joined.closed.then(() => {
    isOrphan = true;
  });
}
