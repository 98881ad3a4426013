/** Names for actors, by which any thread of the same family finds them. */
import { Client } from '../../core/client.js';
import { isUmpError, raise, UmpError } from '../../core/errors.js';
import type { WaitOptions } from '../../core/options.js';
import { dispose, type PortLike } from '../../core/platform.js';
import type { WeakClient } from '../../core/weak-client.js';
import { familyNames } from './family.js';
import type { NamesClient } from './names.js';
import { within } from './patience.js';

/** A name that was given. It ends with its actor, too. */
export interface Registration extends Disposable {
  readonly name: string;
  /** Takes the name away, for others to have. */
  close(): void;
}

export interface WhenRegisteredOptions extends WaitOptions {
  /** Milliseconds; none unless given. */
  timeout?: number | undefined;
}

/**
 * Gives an actor a name, in all threads of the family. The name does not keep it alive, and is free again when the actor ends or
 * its thread dies. The client stays yours.
 *
 * Rejects with an UmpError: `App`, `appError.reason` being `'name taken'`, if an actor has that name already, be it the same
 * one; `ServerDisappeared` if the actor, or the thread that began the family, is gone; `Detached` if the client was closed;
 * `NotSupported` if the name is no string or empty, or `actor` no client.
 */
export async function register<P, S, R, E>(
  name: string,
  actor: Client<P, S, R, E> | WeakClient<P, S, R, E>,
): Promise<Registration> {
  checkName(register, name);
  const client = await ownClient(actor);
  try {
    await client.connected;
    const names = await familyNames();
    const port = client.transfer();
    const key = (await names.req(['register', name, port], { transfer: [port] })) as number;
    return registration(names, name, key);
  } catch (error) {
    client.close();
    throw isUmpError(error, 'App')
      ? new UmpError('App', `the name ${name} is taken`, { appError: error.appError })
      : error;
  }
}

function registration(names: NamesClient, name: string, key: number): Registration {
  const close = (): void => {
    try {
      names.post([name, key]);
    } catch {
      // The names are gone, and this one with them.
    }
  };
  return { name, close, [dispose]: close };
}

/**
 * A new client of the actor that has this name, or undefined if none has. `P`, `S`, `R` and `E` are whatever you know it to be.
 *
 * Rejects with an UmpError: `ServerDisappeared` if the thread that began the family is gone; `NotSupported` if the name is no string or empty.
 */
export async function whereis<P = unknown, S = unknown, R = unknown, E = never>(
  name: string,
): Promise<Client<P, S, R, E> | undefined> {
  checkName(whereis, name);
  const port = await (await familyNames()).req(['whereis', name]);
  return port === undefined ? undefined : Client.from(port as PortLike);
}

/** Like {@link whereis}, but waits until there is one. Rejects also with `Aborted` or `Timeout`. */
export async function whenRegistered<P = unknown, S = unknown, R = unknown, E = never>(
  name: string,
  options: WhenRegisteredOptions = {},
): Promise<Client<P, S, R, E>> {
  checkName(whenRegistered, name);
  return within(whenRegistered, options, async (signal) => {
    const port = await (await familyNames()).req(['when', name], { signal });
    return Client.from<P, S, R, E>(port as PortLike);
  });
}

/** All names that are given. Rejects like {@link whereis}. */
export async function registeredNames(): Promise<string[]> {
  return (await (await familyNames()).req(['names'])) as string[];
}

function checkName(entry: unknown, name: unknown): void {
  if (typeof name === 'string' && name !== '') return;
  raise(entry, 'NotSupported', 'a name is a string, and not empty');
}

async function ownClient<P, S, R, E>(
  actor: Client<P, S, R, E> | WeakClient<P, S, R, E>,
): Promise<Client<P, S, R, E>> {
  if (actor instanceof Client) return actor.clone();
  if (typeof (actor as Partial<typeof actor> | undefined)?.upgrade !== 'function') {
    raise(register, 'NotSupported', 'register() takes a Client or a WeakClient');
  }
  return (await actor.upgrade()) ?? raise(register, 'ServerDisappeared');
}
