/** Checks whether a worker still returns to its event loop. */

/** A Client; requesters without clone() cannot be checked. */
interface Checkable {
  readonly closed: Promise<unknown>;
  clone(): ClientClone;
}

interface ClientClone extends Checkable {
  readonly connected: Promise<void>;
  unref(): unknown;
  close(): void;
}

/** The checks of one slot, one at a time. A check that is requested during another follows it. */
export class ResponseChecks {
  #running: Promise<void> | undefined = undefined;
  #following: Promise<void> | undefined = undefined;

  /**
   * Fulfils once the worker has completed a turn of its event loop that began after this call, or
   * is gone, or at once if it cannot be checked. Does not keep a Node process alive.
   */
  next(client: object): Promise<void> {
    if (this.#running !== undefined) {
      return (this.#following ??= this.#running.then(() => {
        this.#following = undefined;
        return this.next(client);
      }));
    }
    return (this.#running = responseOrEnd(client).finally(() => {
      this.#running = undefined;
    }));
  }
}

async function responseOrEnd(client: object): Promise<void> {
  // On some platforms a port in an unread message is not closed when its receiver dies: then only
  // `client.closed` reports the death.
  if (isCheckable(client)) await Promise.race([twoRoundTrips(client), client.closed]);
}

/**
 * Fulfils after two round trips. Messages that arrived with the first one on the same port are
 * handled after it, but before the second one, which uses a port of its own.
 */
async function twoRoundTrips(client: Checkable): Promise<void> {
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
async function connectedClone(client: Checkable): Promise<ClientClone> {
  const clone = client.clone();
  clone.unref();
  await clone.connected;
  return clone;
}

const isCheckable = (client: object): client is Checkable => 'clone' in client;
