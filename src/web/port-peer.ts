/**
 * Which agent is at the other end of a port that carries the user's messages as well as our
 * signals. No browser closes a port whose other end has died, so its owner must; WebKit slows down
 * with each one that stays open.
 */
import { parseHandshake } from '../core/protocol/validate.js';
import { liveness } from '../core/transport/driver.js';
import { later } from '../core/support/platform.js';
import * as frames from '../core/protocol/frames.js';

/** The life that the other side names in this signal, if it is one. */
export function agentIdIn(data: unknown): string | undefined {
  const [, , , , ...extras] = parseHandshake(data) ?? [];
  return (extras as unknown[]).find((extra) => typeof extra === 'string');
}

/** Milliseconds. What the other end sent last may come after the news of its death. */
const GRACE_MS = 1000;

/** Pages in back/forward caches, oldest first. The browser does not say when it gives one up. */
const cached = new Set<PortPeer>();
const MAX_CACHED = 64;

export class PortPeer {
  /** Undefined before the other side has named it. */
  agentId: string | undefined = undefined;
  readonly #gone: () => void;
  #stopWatching: (() => void) | undefined = undefined;

  /** `gone` is called once nothing can come any more. */
  constructor(gone: () => void) {
    this.#gone = gone;
  }

  /** Looks at a message that has come by the port. */
  observe(data: unknown): void {
    const [, , kind, , extra] = parseHandshake(data) ?? [];
    if (kind === frames.LEFT) this.#left(extra === true);
    const name = agentIdIn(data);
    if (name !== undefined) this.#is(name);
  }

  #is(name: string): void {
    if (this.agentId === name) return;
    this.agentId = name;
    cached.delete(this);
    this.#stopWatching?.();
    this.#stopWatching = liveness()?.watch(name, () => {
      this.#end(name);
    });
  }

  /** A page that may come back needs its port then, though it may have lost its lock meanwhile. */
  #left(mayComeBack: boolean): void {
    this.#stopWatching?.();
    this.agentId = undefined;
    if (!mayComeBack) this.#end(undefined);
    else if (cached.add(this).size > MAX_CACHED) {
      const [oldest = this] = cached;
      cached.delete(oldest);
      oldest.#end(undefined);
    }
  }

  #end(name: string | undefined): void {
    later(GRACE_MS, () => {
      // It may have come back in another life.
      if (this.agentId === name && !cached.has(this)) this.#gone();
    });
  }
}

/**
 * A page tells the other end of this port that it leaves, and whether it may come back. Returns how
 * to stop.
 */
export function announcePageHide(port: MessagePort): (() => void) | undefined {
  if (typeof document === 'undefined') return undefined;
  const say = ({ persisted }: PageTransitionEvent): void => {
    port.postMessage(frames.handshake(frames.LEFT, '', persisted));
  };
  globalThis.addEventListener('pagehide', say);
  return () => {
    globalThis.removeEventListener('pagehide', say);
  };
}
