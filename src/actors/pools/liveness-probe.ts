/** Probes whether a worker still returns to its event loop. */

/** A Client; requesters without clone() cannot be probed. */
interface Probeable {
  readonly closed: Promise<unknown>;
  clone(): Probe;
}

interface Probe extends Probeable {
  readonly connected: Promise<void>;
  unref(): unknown;
  close(): void;
}

/** The probes of one slot, one at a time. A probe that is requested during another follows it. */
export class LivenessProbes {
  #current: Promise<void> | undefined = undefined;
  #following: Promise<void> | undefined = undefined;

  /**
   * Fulfils once the worker has completed a turn of its event loop that began after this call, or
   * is gone, or at once if it cannot be probed. Does not keep a Node process alive.
   */
  next(client: object): Promise<void> {
    if (this.#current !== undefined) {
      return (this.#following ??= this.#current.then(() => {
        this.#following = undefined;
        return this.next(client);
      }));
    }
    return (this.#current = probe(client).finally(() => {
      this.#current = undefined;
    }));
  }
}

async function probe(client: object): Promise<void> {
  // On some platforms a port in an unread message is not closed when its receiver dies: then only
  // `client.closed` reports the death.
  if (isProbeable(client)) await Promise.race([respond(client), client.closed]);
}

/**
 * Fulfils after two round trips. Messages that arrived with the first probe on the same port are
 * handled after it, but before a second probe, which uses a port of its own.
 */
async function respond(client: Probeable): Promise<void> {
  try {
    const first = await connectedClone(client);
    (await connectedClone(first)).close();
    first.close();
  } catch {
    // The worker is gone. The slot may be called only after its own client knows that.
    await client.closed;
  }
}

/** Returns a new client, which the worker accepts only in a turn of its event loop. */
async function connectedClone(client: Probeable): Promise<Probe> {
  const clone = client.clone();
  clone.unref();
  await clone.connected;
  return clone;
}

const isProbeable = (client: object): client is Probeable => 'clone' in client;
