/** How the children of a supervisor are declared. */
import type { Requester } from '../../core/internal.js';
import type { PoolRequester, StableRequester } from '../proxies/stable-requester.js';
import type { Script, ScriptOptions } from './starter.js';

/** A running child: the result of spawn() or spawnWorker(), or an object like it. */
export interface Running<P = never, S = never, R = unknown, E = unknown> {
  /** Receives the calls of the child's requester. */
  readonly client?: Requester<P, S, R, E> | undefined;
  /** Settles when the child has ended; a rejection is a failure. */
  readonly done: Promise<unknown>;
  /**
   * Fulfils when the child is ready for calls: a pool sends it none before. Without it, the child
   * is ready at once.
   */
  readonly started?: Promise<unknown> | undefined;
  /** The bytes of memory that the child uses, for `maxMemory` of a pool. */
  memory?(): Promise<number>;
  /** Asks the child to end. Without it, `client` is closed. */
  stop?(): unknown;
  /** Ends the child at once. */
  kill?(): void;
}

/** Starts a child, each time that it is needed. */
export type Start<P = never, S = never, R = unknown, E = unknown> = () =>
  Running<P, S, R, E> | Promise<Running<P, S, R, E>>;

export interface ChildSpec<P = never, S = never, R = unknown, E = unknown> extends ScriptOptions {
  /**
   * Starts the child, and restarts it; or the URL of a script that calls serveWorker(). The next
   * child is started once the result has settled.
   */
  start: Start<P, S, R, E> | Script;
  /**
   * When the child is restarted after it has ended: always (`permanent`, the default), only after a
   * failure, that is, if `done` rejected (`transient`), or never (`temporary`).
   */
  restart?: 'permanent' | 'transient' | 'temporary' | undefined;
  /**
   * Milliseconds that the child may take to end when it is stopped, before it is killed. Default
   * 5000; 0 kills it at once.
   */
  shutdown?: number | undefined;
}

/** The default of `shutdown`, for children of supervisors and for workers of pools. */
export const CHILD_SHUTDOWN_MS = 5000;

/** Children by name, in the order in which they are started. */
export type Children = Record<string, ChildSpec>;

/**
 * The type of a child's requester: a pool's also takes `killAfter`. A script does not say what its
 * messages are; remote() knows the methods of its actor.
 */
export type RequesterOf<C> = C extends { start: Script }
  ? StableRequester
  : StartedBy<C> extends {
        client?: Requester<infer P, infer S, infer R, infer E, infer Opts> | undefined;
      }
    ? 'killAfter' extends keyof Opts
      ? PoolRequester<P, S, R, E>
      : StableRequester<P, S, R, E>
    : never;

type StartedBy<C> = C extends { start: () => infer T } ? Awaited<T> : never;
