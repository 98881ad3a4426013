/** Whether somebody still comes back to his event loop. */

interface Askable {
  clone(): Probe;
}

interface Probe {
  readonly connected: Promise<void>;
  unref(): unknown;
  close(): void;
}

/** One at a time: who wants to know while one is on its way waits for the one after it. */
export class Probes {
  #current: Promise<void> | undefined = undefined;
  #following: Promise<void> | undefined = undefined;

  /**
   * Fulfils once he has done so after now, or is gone, or if he is none who can be asked. A Node process does not stay
   * alive for it.
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
  if (!canBeAsked(client)) return;
  let asked: Probe | undefined;
  try {
    // Only an event loop that turns takes one more client up.
    asked = client.clone();
    asked.unref();
    await asked.connected;
  } catch {
    // He is gone.
  }
  asked?.close();
}

const canBeAsked = (client: object): client is Askable => 'clone' in client;
