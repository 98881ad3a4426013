/** Names for actors: any thread of the same registry group finds an actor by its name. */
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
import { withDeadline } from './with-deadline.js';

/** A registered name. It also ends when its actor ends. */
export interface Registration extends Disposable {
  readonly name: string;
  /** Releases the name, so that another actor can have it. */
  close(): void;
}

/** Limits of the wait for the registry and for the actor. */
export interface WhenRegisteredOptions extends WaitOptions {
  /** Milliseconds; default no limit. */
  timeout?: number | undefined;
}

/**
 * Registers an actor under a name, for all threads of the registry group. The name does not keep
 * the actor alive, and is released when the actor ends or its thread dies. The client stays usable.
 *
 * Rejects with an UmpError: `App`, with `appError.reason` `'name taken'`, if an actor, even the
 * same one, has that name; `ServerDisappeared` if the actor or the first thread of the group is
 * gone; `Detached` if the client was closed; `Timeout` or `Aborted` as the options ask, and the
 * name is then released; `InvalidArgument` if `name` is not a non-empty string or `actor` is not a
 * client.
 */
export async function register<P, S, R, E>(
  name: string,
  actor: Client<P, S, R, E> | WeakClient<P, S, R, E>,
  options: WhenRegisteredOptions = {},
): Promise<Registration> {
  checkName(register, name);
  // After the caller has given up, withDeadline() closes a late registration, which releases the
  // name.
  return withDeadline(register, options, (signal) => registerActor(name, actor, signal));
}

async function registerActor<P, S, R, E>(
  name: string,
  actor: Client<P, S, R, E> | WeakClient<P, S, R, E>,
  signal: WorkingSignal,
): Promise<Registration> {
  const client = await ownClient(actor);
  const close = (): void => {
    client.close();
  };
  // Once the client is closed, `connected` and transfer() fail, so that the steps below end.
  signal.addEventListener('abort', { handleEvent: close });
  if (signal.aborted) close();
  try {
    await client.connected;
    const registry = await groupRegistry();
    const port = client.transfer();
    const key = await requestName(registry, ['register', name, port], signal);
    return createRegistration(registry, name, key);
  } catch (error) {
    close();
    throw isUmpError(error, 'App')
      ? new UmpError('App', `the name ${name} is taken`, { appError: error.appError })
      : error;
  }
}

/**
 * Uses a client of its own, because after the caller has given up the reply must not keep the
 * process alive. The reply is still received then: the name may have been registered meanwhile.
 */
async function requestName(
  registry: NameTableClient,
  request: [verb: 'register', name: string, actor: PortLike],
  signal: WorkingSignal,
): Promise<number> {
  const own = registry.clone();
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

function createRegistration(registry: NameTableClient, name: string, key: number): Registration {
  const close = (): void => {
    try {
      registry.post([name, key]);
    } catch {
      // The registry is gone, and the name with it.
    }
  };
  return { name, close, [dispose]: close };
}

/**
 * Returns a new client of the actor with this name, or undefined if there is none. The types `P`,
 * `S`, `R` and `E` are not checked.
 *
 * Rejects with an UmpError: `ServerDisappeared` if the first thread of the registry group is gone;
 * `Timeout` or `Aborted` as the options ask; `InvalidArgument` if `name` is not a non-empty string.
 */
export async function whereis<P = unknown, S = unknown, R = unknown, E = never>(
  name: string,
  options: WhenRegisteredOptions = {},
): Promise<Client<P, S, R, E> | undefined> {
  checkName(whereis, name);
  const found = await withDeadline(whereis, options, (signal) => lookUp(['whereis', name], signal));
  return found.value === undefined ? undefined : Client.from(found.value as PortLike);
}

/** Like {@link whereis}, but waits until an actor has this name. */
export async function whenRegistered<P = unknown, S = unknown, R = unknown, E = never>(
  name: string,
  options: WhenRegisteredOptions = {},
): Promise<Client<P, S, R, E>> {
  checkName(whenRegistered, name);
  const found = await withDeadline(whenRegistered, options, (signal) =>
    lookUp(['when', name], signal),
  );
  return Client.from(found.value as PortLike);
}

/** Returns all registered names. Rejects like {@link whereis}. */
export async function registeredNames(options: WhenRegisteredOptions = {}): Promise<string[]> {
  const found = await withDeadline(registeredNames, options, (signal) => lookUp(['names'], signal));
  return found.value as string[];
}

/** Asks the registry. `close()` closes the port in a reply that comes too late. */
async function lookUp(
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
