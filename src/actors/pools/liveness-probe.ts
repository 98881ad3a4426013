/** Whether somebody still comes back to his event loop. */

interface Probeable {
  readonly closed: Promise<unknown>;
  clone(): Probe;
}

interface Probe extends Probeable {
  readonly connected: Promise<void>;
  unref(): unknown;
  close(): void;
}

/** One at a time: who wants to know while one is on its way waits for the one after it. */
export class LivenessProbes {
  #current: Promise<void> | undefined = undefined;
  #following: Promise<void> | undefined = undefined;

  /**
   * Fulfils once he has done so after now, or is gone, or if he is none who can be asked. A Node
   * process does not stay alive for it.
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
  // Where a port in a message that nobody has read is not closed with its thread, only his own
  // client hears of his end.
  if (canBeAsked(client)) await Promise.race([answers(client), client.closed]);
}

async function answers(client: Probeable): Promise<void> {
  try {
    const asked = await answeredBy(client);
    // What came together with that question by the same port is dealt with only after it, but
    // before what comes by another.
    (await answeredBy(asked)).close();
    asked.close();
  } catch {
    // He is gone. His own client may have yet to hear of it, and would be taken for one that can be
    // called.
    await client.closed;
  }
}

/** One more client of his, which only an event loop that turns takes up. */
async function answeredBy(client: Probeable): Promise<Probe> {
  const one = client.clone();
  one.unref();
  await one.connected;
  return one;
}

const canBeAsked = (client: object): client is Probeable => 'clone' in client;
