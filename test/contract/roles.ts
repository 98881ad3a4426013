/** The programs that a thread of a rig can run, by name. */
import type { Endpoint, ListenOptions, MessagePort } from 'ump-ng';
import {
  joinAndRegister,
  joinAndSpawn,
  lookUpName,
  serveActor,
  shareRegistry,
} from './roles/actors.js';
import { passOn } from './roles/circles.js';
import { callSync, serveSync } from './roles/blocking.js';
import { call, callThroughPort, post, race } from './roles/clients.js';
import { callService, exposeService } from './roles/comlink.js';
import { registerErrors } from './roles/error-classes.js';
import { holdContext } from './roles/contexts.js';
import { listenOnPort, passServerOn, serve, serveChannel, takeServer } from './roles/servers.js';
import { serveInstance, serveMethods, serveObject } from './roles/methods.js';
import { serveReferences } from './roles/references.js';
import { crash, exit, relay } from './roles/threads.js';

/** The environment of a role. */
export interface RoleEnv<Args> {
  /** The argument of `listen()` with which a client of the thread's endpoint finds the role. */
  readonly endpoint: Endpoint | undefined;
  /** Further options of that `listen()`. */
  readonly listening?: ListenOptions;
  readonly args: Args;
  /** Ports that came with the role; no code of the rig has read from them. */
  readonly ports: readonly MessagePort[];
  /** Sends a message to the case, which gets it by `task.nextMessage()`. */
  send(value: unknown, transfer?: readonly object[]): void;
  /** The next message that the case sent by `task.send()`. */
  receive(): Promise<unknown>;
  /** Closes `handle` with the thread, in rigs whose threads are simulated. */
  own(handle: { close(): void }): void;
  /**
   * No further message is expected: the connection to the case no longer keeps the thread alive.
   */
  leave(): void;
  /** Ends the thread, as if it had nothing left to do. */
  exit(): void;
}

export const roles = {
  call,
  callService,
  callSync,
  callThroughPort,
  crash,
  exit,
  exposeService,
  holdContext,
  joinAndRegister,
  joinAndSpawn,
  listenOnPort,
  lookUpName,
  passOn,
  passServerOn,
  post,
  race,
  registerErrors,
  relay,
  serve,
  serveActor,
  serveChannel,
  serveInstance,
  serveMethods,
  serveObject,
  serveReferences,
  serveSync,
  shareRegistry,
  takeServer,
};

export type RoleName = keyof typeof roles;
export type ArgsOf<N extends RoleName> = (typeof roles)[N] extends (
  env: RoleEnv<infer A>,
) => unknown
  ? A
  : never;
