/** What can be played in a thread, by name. */
import type { Endpoint, ListenOptions, MessagePort } from 'ump-ng';
import { act, begin, join, lead, search } from './roles/actors.js';
import { callSync, serveSync } from './roles/blocking.js';
import { call, post, race } from './roles/clients.js';
import { hold } from './roles/contexts.js';
import { adopt, listenTo, move, serve, stand } from './roles/servers.js';
import { crash, exit, relay } from './roles/threads.js';

/** The stage of a role. */
export interface There<Args> {
  /** What `listen()` takes to be found by whoever has the thread's endpoint. */
  readonly endpoint: Endpoint | undefined;
  /** What it needs besides. */
  readonly listening?: ListenOptions;
  readonly args: Args;
  /** Never looked at by anybody on the way. */
  readonly ports: readonly MessagePort[];
  say(value: unknown, transfer?: readonly object[]): void;
  /** The next thing that the role is told. */
  told(): Promise<unknown>;
  /** What ends with the thread, where that is no real one. */
  own(what: { close(): void }): void;
  /** Nothing more will be told: where a thread can end by itself, listening for it no longer keeps it running. */
  leave(): void;
  /** Ends the thread, as if it had nothing more to do. */
  exit(): void;
}

export const roles = {
  act,
  adopt,
  begin,
  call,
  callSync,
  crash,
  exit,
  hold,
  join,
  lead,
  listenTo,
  move,
  post,
  race,
  relay,
  search,
  serve,
  serveSync,
  stand,
};

export type RoleName = keyof typeof roles;
export type ArgsOf<N extends RoleName> = (typeof roles)[N] extends (
  there: There<infer A>,
) => unknown
  ? A
  : never;
