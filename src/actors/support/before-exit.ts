/**
 * Actors of this thread do not keep a Node process alive, but what was posted to them must not be
 * lost when it ends. So before the event loop ends, it turns until no actor gets a message any
 * more. (A process that is told to exit ends at once.)
 */
import { deliverArrived, type Mailbox, perThread } from '../../core/internal.js';
import { nodeProcess } from './node-process.js';

/** The mailboxes of the actors of this thread that have not ended. */
class Mailboxes {
  readonly #all = new Set<Mailbox>();
  /** How many messages had arrived the last time that the event loop was about to end. */
  #arrived: number | undefined = undefined;

  add(mailbox: Mailbox): void {
    if (this.#all.size === 0) nodeProcess()?.on?.('beforeExit', this.#onBeforeExit);
    this.#all.add(mailbox);
  }

  /** Without an actor there is no listener: tests may load this module again and again. */
  delete(mailbox: Mailbox): void {
    this.#all.delete(mailbox);
    if (this.#all.size === 0) nodeProcess()?.off?.('beforeExit', this.#onBeforeExit);
  }

  readonly #onBeforeExit = (): void => {
    let arrived = 0;
    for (const mailbox of this.#all) arrived += messagesOf(mailbox);
    if (arrived === this.#arrived) return;
    this.#arrived = arrived;
    // Keeps the event loop alive for a turn, after which it emits `beforeExit` again.
    deliverArrived(() => undefined);
  };
}

/** How many messages have arrived there. */
function messagesOf(mailbox: Mailbox): number {
  const { unread, counts } = mailbox;
  return unread.size + counts.taken;
}

const mailboxes = perThread(() => new Mailboxes());

/** Until `ended` settles, what is sent to this mailbox arrives before the event loop ends. */
export function deliverBeforeExit(mailbox: Mailbox, ended: Promise<unknown>): void {
  const actors = mailboxes();
  actors.add(mailbox);
  const remove = (): void => {
    actors.delete(mailbox);
  };
  ended.then(remove, remove);
}
