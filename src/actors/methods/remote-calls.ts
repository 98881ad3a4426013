/** Makes the functions that call the methods of an actor. */
import {
  checkTypes,
  isUmpError,
  type ReqOptions,
  resultOfCall,
  type UmpError,
} from '../../core/internal.js';
import type { PoolReqOptions } from '../proxies/stable-requester.js';
import { asyncDispose } from '../support/async-dispose.js';
import { callError } from './call-errors.js';
import { isNeverRemote, isNeverRemoteNested } from './never-remote.js';
import { closeUnsent, outgoingCall, type OutgoingCall } from './outgoing-call.js';
import { callWithProgress } from './progress.js';
import { pull, type CallRequester, type StreamOptions } from './stream.js';

/**
 * Options of the calls through `with()` of a remote. `buffer` applies to streams alone,
 * `onProgress` to requests, `idempotent` and `killAfter` to requests through a supervisor's or a
 * pool's requester, `priority` to these and to streams of a pool; the others are those of
 * `client.req()`.
 */
export interface RemoteOptions extends StreamOptions, PoolReqOptions {
  /**
   * Receives what the method passes to `this.progress()`, before the call settles; nothing after
   * `signal` has aborted. If it throws, the call is given up and rejects with that error. Not with
   * `idempotent`.
   */
  onProgress?(value: unknown): void;
}

/** What a caller gets of the reply. */
type ReceiveResult = (reply: unknown) => unknown;

/** A `Remote`, whose types are those of remote.ts. */
interface AnyRemote extends AsyncDisposable {
  readonly post: object;
  readonly req: object;
  readonly tryReq: object;
  readonly stream: object;
  readonly with: (options: RemoteOptions) => AnyRemote;
}

/** `end` ends what the remote calls. */
export function createRemote(
  caller: CallRequester,
  end: () => Promise<void>,
  receive: ReceiveResult,
  options: RemoteOptions = {},
): AnyRemote {
  const { buffer, onProgress, ...reqOptions } = options;
  const { signal, timeout, transfer = [], priority } = reqOptions;
  const call = async (name: string, args: readonly unknown[]): Promise<unknown> =>
    onProgress === undefined
      ? request(caller, name, args, reqOptions, receive)
      : callWithProgress(caller, name, args, onProgress, reqOptions, receive);
  const withMore = (more: RemoteOptions): AnyRemote => {
    checkRemoteOptions(withMore, more);
    return createRemote(caller, end, receive, { ...options, ...more });
  };
  return {
    post: methodsCalledBy((name, args) => {
      post(caller, name, args, transfer);
    }),
    req: methodsCalledBy(call),
    tryReq: methodsCalledBy((name, args) => resultOfCall(call(name, args), umpErrorOf)),
    stream: methodsCalledBy((name, args) =>
      pull(caller, name, args, { buffer, signal, timeout, transfer, priority }, receive),
    ),
    with: withMore,
    [asyncDispose]: end,
  };
}

/** Throws `InvalidArgument` if `onProgress` is not a function. */
export function checkRemoteOptions(stackStartFn: unknown, { onProgress }: RemoteOptions): void {
  checkTypes(stackStartFn, { onProgress }, { onProgress: 'function' });
}

/** A request; `label` says in error messages what was called. */
export async function request(
  caller: CallRequester,
  name: string,
  args: readonly unknown[],
  options: ReqOptions,
  receive: ReceiveResult,
  label = `${name}()`,
): Promise<unknown> {
  let call: OutgoingCall | undefined;
  try {
    call = outgoingCall(name, args, options.transfer ?? []);
    const all = call.ports.length === 0 ? options : { ...options, transfer: call.transfer };
    return receive(await caller.req(call.message, all));
  } catch (error) {
    if (call !== undefined) closeUnsent(call);
    throw callError(error, label, call?.needs);
  }
}

/** What `onProgress` has thrown is no outcome of the call: the caller's promise rejects with it. */
function umpErrorOf(error: unknown): UmpError {
  if (isUmpError(error)) return error;
  throw error;
}

function post(
  caller: CallRequester,
  name: string,
  args: readonly unknown[],
  transfer: readonly object[],
): void {
  let call: OutgoingCall | undefined;
  try {
    call = outgoingCall(name, args, transfer);
    caller.post(call.message, { transfer: call.transfer });
  } catch (error) {
    if (call !== undefined) closeUnsent(call);
    throw callError(error, `${name}()`);
  }
}

type CallMethod = (name: string, args: readonly unknown[]) => unknown;

/**
 * Returns an object that has a method of every name, except those that are never remote. Reading a
 * property sends nothing and returns the same function each time.
 */
function methodsCalledBy(call: CallMethod): never {
  return new Proxy(LOCAL_PROPERTIES, new MethodsByName(call, '', isNeverRemote)) as never;
}

/** Makes a method of each name that is read; each has the methods of a nested object in turn. */
class MethodsByName implements ProxyHandler<object> {
  readonly #call: CallMethod;
  readonly #prefix: string;
  readonly #isLocal: (name: string) => boolean;
  readonly #known = new Map<string, unknown>();

  constructor(call: CallMethod, prefix: string, isLocal: (name: string) => boolean) {
    this.#call = call;
    this.#prefix = prefix;
    this.#isLocal = isLocal;
  }

  get(target: object, name: string | symbol): unknown {
    if (typeof name === 'symbol' || this.#isLocal(name)) {
      return Reflect.get(target, name) as unknown;
    }
    let method = this.#known.get(name);
    if (method === undefined) {
      method = this.#methodNamed(`${this.#prefix}${name}`);
      this.#known.set(name, method);
    }
    return method;
  }

  #methodNamed(name: string): unknown {
    const call = this.#call;
    const method = (...args: unknown[]): unknown => call(name, args);
    // Both are names that a nested method may have.
    Reflect.deleteProperty(method, 'name');
    Reflect.deleteProperty(method, 'length');
    // A proxy in place of the function itself would make each call slower.
    const nested = new MethodsByName(call, `${name}.`, isNeverRemoteNested);
    const functions = Object.create(Function.prototype) as object;
    return Object.setPrototypeOf(method, new Proxy(functions, nested)) as unknown;
  }
}

/**
 * The local properties of these objects: those of an empty object, which loggers print as Remote.
 * Immer and MobX copy objects whose prototype is that of a plain one, so it has another one.
 */
const LOCAL_PROPERTIES = Object.freeze(
  Object.create(Object.create(Object.prototype) as object, {
    [Symbol.toStringTag]: { value: 'Remote' },
  }) as object,
);
