/** Names for actors, by which any thread of the same family finds them. */
import {
  type AbortSignal,
  Client,
  dispose,
  isUmpError,
  type PortLike,
  raise,
  UmpError,
  type WaitOptions,
  type WeakClient,
  type WorkingSignal,
} from '../../core/internal.js';
import { groupRegistry } from './registry-group.js';
import type { NameTableClient, NameTableRequest } from './name-table.js';
import { withDeadline } from './deadline.js';

/** A name that was given. It ends with its actor, too. */
export interface Registration extends Disposable {
  readonly name: string;
  /** Takes the name away, for others to have. */
  close(): void;
}

/** How long to wait for the names, and for an actor, at most. */
export interface WhenRegisteredOptions extends WaitOptions {
  /** Milliseconds; none unless given. */
  timeout?: number | undefined;
}

/**
 * Gives an actor a name, in all threads of the family. The name does not keep it alive, and is free
 * again when the actor ends or its thread dies. The client stays yours.
 *
 * Rejects with an UmpError: `App`, `appError.reason` being `'name taken'`, if an actor has that
 * name already, be it the same one; `ServerDisappeared` if the actor, or the thread that began the
 * family, is gone; `Detached` if the client was closed; `Timeout` or `Aborted` as you asked for,
 * and the name is not left taken then; `InvalidArgument` if the name is no string or empty, or `actor`
 * no client.
 */
export async function register<P, S, R, E>(
  name: string,
  actor: Client<P, S, R, E> | WeakClient<P, S, R, E>,
  options: WhenRegisteredOptions = {},
): Promise<Registration> {
  checkName(register, name);
  // A name that is given after that was given up is taken back at once: within() closes what comes
  // late.
  return withDeadline(register, options, (signal) => given(name, actor, signal));
}

async function given<P, S, R, E>(
  name: string,
  actor: Client<P, S, R, E> | WeakClient<P, S, R, E>,
  signal: WorkingSignal,
): Promise<Registration> {
  const client = await ownClient(actor);
  const close = (): void => {
    client.close();
  };
  // Then it can be waited for no longer, and not be given away.
  signal.addEventListener('abort', { handleEvent: close });
  if (signal.aborted) close();
  try {
    await client.connected;
    const names = await groupRegistry();
    const port = client.transfer();
    const key = await askToRegister(names, ['register', name, port], signal);
    return registration(names, name, key);
  } catch (error) {
    close();
    throw isUmpError(error, 'App')
      ? new UmpError('App', `the name ${name} is taken`, { appError: error.appError })
      : error;
  }
}

/**
 * By a client of its own: once the caller has given up, the answer no longer keeps a process open.
 * It must be heard all the same, since the name may be given meanwhile.
 */
async function askToRegister(
  names: NameTableClient,
  request: [verb: 'register', name: string, actor: PortLike],
  signal: WorkingSignal,
): Promise<number> {
  const own = names.clone();
  signal.addEventListener('abort', {
    handleEvent: () => {
      own.unref();
    },
  });
  try {
    return (await own.req(request, { transfer: [request[2]] as object[] })) as number;
  } finally {
    own.close();
  }
}

function registration(names: NameTableClient, name: string, key: number): Registration {
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
 * A new client of the actor that has this name, or undefined if none has. `P`, `S`, `R` and `E` are
 * whatever you know it to be.
 *
 * Rejects with an UmpError: `ServerDisappeared` if the thread that began the family is gone;
 * `Timeout` or `Aborted` as you asked for; `InvalidArgument` if the name is no string or empty.
 */
export async function whereis<P = unknown, S = unknown, R = unknown, E = never>(
  name: string,
  options: WhenRegisteredOptions = {},
): Promise<Client<P, S, R, E> | undefined> {
  checkName(whereis, name);
  const found = await withDeadline(whereis, options, (signal) =>
    askNames(['whereis', name], signal),
  );
  return found.value === undefined ? undefined : Client.from(found.value as PortLike);
}

/** Like {@link whereis}, but waits until there is one. */
export async function whenRegistered<P = unknown, S = unknown, R = unknown, E = never>(
  name: string,
  options: WhenRegisteredOptions = {},
): Promise<Client<P, S, R, E>> {
  checkName(whenRegistered, name);
  const found = await withDeadline(whenRegistered, options, (signal) =>
    askNames(['when', name], signal),
  );
  return Client.from(found.value as PortLike);
}

/** All names that are given. Rejects like {@link whereis}. */
export async function registeredNames(options: WhenRegisteredOptions = {}): Promise<string[]> {
  const found = await withDeadline(registeredNames, options, (signal) =>
    askNames(['names'], signal),
  );
  return found.value as string[];
}

/** What the names of the family answer; a port in it that comes too late is closed. */
async function askNames(
  request: NameTableRequest,
  signal: AbortSignal,
): Promise<{ value: unknown; close(): void }> {
  const value = await (await groupRegistry()).req(request, { signal });
  const close = (): void => {
    if (value !== undefined && request[0] !== 'names') (value as PortLike).close();
  };
  return { value, close };
}

function checkName(stackStartFn: unknown, name: unknown): void {
  if (typeof name === 'string' && name !== '') return;
  raise(stackStartFn, 'InvalidArgument', 'name must be a non-empty string');
}

async function ownClient<P, S, R, E>(
  actor: Client<P, S, R, E> | WeakClient<P, S, R, E>,
): Promise<Client<P, S, R, E>> {
  if (actor instanceof Client) return actor.clone();
  if (typeof (actor as Partial<typeof actor> | undefined)?.upgrade !== 'function') {
    raise(register, 'InvalidArgument', 'register() takes a Client or a WeakClient');
  }
  return (await actor.upgrade()) ?? raise(register, 'ServerDisappeared');
}
