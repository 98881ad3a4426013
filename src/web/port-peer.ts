/**
 * The agent at the other end of a port that carries the application's messages as well as our
 * handshakes. No browser closes a port whose other end has died, so its owner must: in WebKit each
 * open port slows the others down.
 */
import * as frames from '../core/protocol/frames.js';
import { parseHandshake } from '../core/protocol/validate.js';
import { perThread } from '../core/support/per-thread.js';
import { realTimer } from '../core/support/natives.js';
import { afterArrived } from '../core/transport/deadlines.js';
import { liveness } from '../core/transport/driver.js';
import { onPageHide } from './page-hide.js';

/** The agent id in a handshake message; undefined if there is none, or `data` is something else. */
export function agentIdIn(data: unknown): string | undefined {
  // The rest of the array is not read: a hostile one may have 2^32 holes.
  const [, , , , first, second] = (parseHandshake(data) ?? []) as unknown[];
  return [first, second].find((extra) => typeof extra === 'string');
}

const GRACE_MS = 1000;

/**
 * The death of an agent was reported: its last messages may come later. Calls `ended` once they
 * have been handled.
 */
export function afterLastMessages(ended: () => void): void {
  realTimer(GRACE_MS, () => {
    afterArrived(ended);
  });
}

/** Pages in back/forward caches, oldest first. The browser does not report when it discards one. */
const cached = perThread(() => new Set<PortPeer>());
const MAX_CACHED = 64;

export class PortPeer {
  /** Undefined until the other side has sent it. */
  agentId: string | undefined;
  readonly #onLost: () => void;
  /** Whether this agent still uses the port. */
  #isUsed = true;
  #stopWatching: (() => void) | undefined;

  /** `onLost` is called once nothing can come in any more. */
  constructor(onLost: () => void) {
    this.#onLost = onLost;
  }

  /** Looks at a message that has come in through the port. */
  observe(data: unknown): void {
    const [, , kind, , extra] = parseHandshake(data) ?? [];
    if (kind === frames.LEFT) this.#left(extra === true);
    const agentId = agentIdIn(data);
    if (agentId !== undefined) this.#identify(agentId);
  }

  /** The application may use the port again, or for its own messages: it is not closed any more. */
  unused(): void {
    this.#isUsed = false;
    cached().delete(this);
    this.#stopWatching?.();
  }

  used(): void {
    this.#isUsed = true;
    if (this.agentId !== undefined) this.#watch(this.agentId);
  }

  #identify(agentId: string): void {
    if (this.agentId === agentId) return;
    this.agentId = agentId;
    cached().delete(this);
    this.#watch(agentId);
  }

  #watch(agentId: string): void {
    this.#stopWatching?.();
    this.#stopWatching = liveness()?.watch(agentId, () => {
      this.#end(agentId);
    });
  }

  /**
   * A page that may come back keeps its port until then, although it may lose its lock meanwhile.
   */
  #left(mayComeBack: boolean): void {
    this.#stopWatching?.();
    this.agentId = undefined;
    if (!mayComeBack) this.#end(undefined);
    else if (cached().add(this).size > MAX_CACHED) {
      const [oldest = this] = cached();
      cached().delete(oldest);
      oldest.#end(undefined);
    }
  }

  #end(agentId: string | undefined): void {
    afterLastMessages(() => {
      // The page may have come back, with another id.
      if (this.#isUsed && this.agentId === agentId && !cached().has(this)) this.#onLost();
    });
  }
}

/**
 * Sends LEFT to the other end of the port when this page leaves, and says whether the page may come
 * back. Returns a function that stops this.
 */
export const announcePageHide = (port: MessagePort): (() => void) =>
  onPageHide(({ persisted }) => {
    port.postMessage(frames.handshake(frames.LEFT, '', persisted));
  });
