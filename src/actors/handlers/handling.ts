/**
 * Which requests a handler has made and still waits for. Only actors that look for deadlocks need
 * it, so requests are noted from the start of the first such actor on, and cost nothing before.
 *
 * Node, Deno and Bun carry the handling through every `await` of its handler. Browsers cannot:
 * there only the requests count that a handler makes before its first `await`.
 */
import {
  Client,
  globals,
  natives,
  perThread,
  RequestTable,
  type PendingRequest,
  type ReqOptions,
} from '../../core/internal.js';
import { nodeProcess } from '../support/node-process.js';

/** Says whose code runs now. Node's AsyncLocalStorage is one. */
interface HandlingContext {
  run<T>(handling: Handling | undefined, call: () => T): T;
  getStore(): Handling | undefined;
}

const state = perThread<{ context: HandlingContext | undefined }>(() => ({ context: undefined }));

/** No two threads may give the same ids. A page can replace `Math.random`, so it is not used. */
const ids = perThread(() => ({
  thread: globals.crypto.getRandomValues(new Uint32Array(2)).join('-'),
  last: 0,
}));

function newId(): string {
  const { thread } = ids();
  return [Date.now(), thread, ++ids().last].join(' ');
}

/** The handling of one message, or of `init()`. */
export class Handling {
  readonly id = newId();
  readonly #since = natives().now();
  #isRunning = true;
  #requests: { readonly pending: PendingRequest; readonly number: number }[] = [];
  #lastNumber = 0;
  /** How many requests there may be before those that have settled are forgotten. */
  #limit = 8;

  /** Calls the handler. */
  run<T>(call: () => T): T {
    return (state().context ?? noteRequests()).run(this, call);
  }

  end(): void {
    this.#isRunning = false;
    this.#requests = [];
  }

  get elapsedMs(): number {
    return Math.round(natives().now() - this.#since);
  }

  note(pending: PendingRequest): void {
    if (!this.#isRunning) return;
    if (this.#requests.length === this.#limit) {
      this.#forgetSettled();
      this.#limit = 2 * this.#requests.length + 8;
    }
    this.#requests.push({ pending, number: ++this.#lastNumber });
  }

  /** The request that is pending, if there is only one: of several the handler may need any. */
  get onlyRequest(): { readonly pending: PendingRequest; readonly number: number } | undefined {
    this.#forgetSettled();
    return this.#requests.length === 1 ? this.#requests[0] : undefined;
  }

  #forgetSettled(): void {
    this.#requests = this.#requests.filter(({ pending }) => !pending.isSettled);
  }
}

/** Runs code that belongs to no handler, even if a handler has started it. */
export function outsideHandlings<T>(run: () => T): T {
  const { context } = state();
  return context === undefined ? run() : context.run(undefined, run);
}

/** Marks the function that notes requests: several threads of a simulator share the class. */
const NOTES_REQUESTS = Symbol('notes requests');

function noteRequests(): HandlingContext {
  const { send } = RequestTable.prototype as { send: RequestTable['send'] };
  if (!(NOTES_REQUESTS in send)) {
    const sendAndNote = function (
      this: RequestTable,
      stackStartFn: unknown,
      msg: unknown,
      options: ReqOptions | undefined,
      rejects?: boolean,
    ): PendingRequest {
      const pending = send.call(this, stackStartFn, msg, options, rejects);
      if (blocksItsCaller(stackStartFn, options)) state().context?.getStore()?.note(pending);
      return pending;
    };
    RequestTable.prototype.send = Object.assign(sendAndNote, { [NOTES_REQUESTS]: true });
  }
  return (state().context = createHandlingContext());
}

/** A call that is not given up by itself. Pools and supervisors send with other functions. */
function blocksItsCaller(stackStartFn: unknown, options: ReqOptions | undefined): boolean {
  const { req, tryReq } = Client.prototype as unknown as Record<string, unknown>;
  if (stackStartFn !== req && stackStartFn !== tryReq) return false;
  return options?.timeout === undefined && options?.signal === undefined;
}

function createHandlingContext(): HandlingContext {
  const hooks = nodeProcess()?.getBuiltinModule?.('node:async_hooks');
  return hooks === undefined
    ? new SyncHandlingContext()
    : (new hooks.AsyncLocalStorage() as HandlingContext);
}

/** Knows whose code runs until it awaits something. */
class SyncHandlingContext implements HandlingContext {
  #current: Handling | undefined;

  run<T>(handling: Handling | undefined, call: () => T): T {
    const before = this.#current;
    this.#current = handling;
    try {
      return call();
    } finally {
      this.#current = before;
    }
  }

  getStore(): Handling | undefined {
    return this.#current;
  }
}
