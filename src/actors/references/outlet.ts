import {
  checkCapacity,
  checkTypes,
  type Client,
  createServer,
  Deferred,
  Mailbox,
  mailboxOf,
  type MessagePort,
  raise,
  type Server,
  UmpError,
  type WeakClient,
} from '../../core/internal.js';
import type { Handler } from '../handlers/handler.js';
import { startServing } from '../handlers/serve.js';
import { checkConcurrency } from '../support/check-options.js';
import { report, reportIfThrows } from '../support/report.js';
import type { Kind, Reference } from './reference.js';

/** The options of `callback()` and `remoteObject()`. */
export interface ReferenceOptions {
  /** How many calls may run at a time; default any number. They start in the order they came in. */
  concurrency?: number | undefined;
  /**
   * How many calls of each recipient may wait here until they may run; default any number. Those
   * beyond it wait at their caller.
   */
  capacity?: number | undefined;
  /**
   * Called when the last recipient has let go of it or has died, and after close(). If it is sent
   * again after that, it has recipients again.
   */
  onReleased?: (() => void) | undefined;
}

/** Makes the handler of the server; `self` returns a client that does not keep it open. */
type NewHandler = (self: () => WeakClient<unknown, unknown, unknown, unknown>) => Handler;

interface Settings {
  readonly capacity: number;
  readonly concurrency: number;
  readonly onReleased: (() => void) | undefined;
}

type AnyServer = Server<unknown, unknown, unknown, unknown>;

/**
 * The server behind a value that travels by reference. It exists while the value has recipients: it
 * ends with the last of them, and when the value is sent again there is a new one. It does not keep
 * a process running.
 */
export class Outlet implements Reference {
  readonly kind: Kind;
  readonly #newHandler: NewHandler;
  readonly #settings: Settings;
  readonly #closed = new Deferred<UmpError>();
  #isClosed = false;
  #server: AnyServer | undefined = undefined;
  /** For calls of this thread. */
  #client: Client<unknown, unknown, unknown, unknown> | undefined = undefined;

  constructor(
    stackStartFn: unknown,
    kind: Kind,
    newHandler: NewHandler,
    { concurrency = Infinity, capacity, onReleased }: ReferenceOptions = {},
  ) {
    checkTypes(stackStartFn, { onReleased }, { onReleased: 'function' });
    this.kind = kind;
    this.#newHandler = newHandler;
    this.#settings = {
      capacity: checkCapacity(stackStartFn, capacity),
      concurrency: checkConcurrency(stackStartFn, concurrency),
      onReleased,
    };
  }

  newPort(): MessagePort {
    return this.#open(Outlet.prototype.newPort).port();
  }

  get client(): Client<unknown, unknown, unknown, unknown> {
    return (this.#client ??= this.#open().client());
  }

  get closed(): Promise<UmpError> {
    return this.#closed.promise;
  }

  close(): void {
    this.#isClosed = true;
    this.#server?.close();
    this.#client?.close();
    this.#closed.resolve(new UmpError('Detached'));
  }

  #open(stackStartFn?: unknown): AnyServer {
    if (this.#isClosed) raise(stackStartFn, 'Detached', `this ${this.kind} was closed`);
    if (this.#server === undefined || hasEnded(this.#server)) {
      this.#server = startServer(this.#newHandler, this.#settings);
    }
    return this.#server;
  }
}

const hasEnded = (server: AnyServer): boolean => mailboxOf(server).lifetime.endReason !== undefined;

/** The result must get its first client at once. It does not refer to the outlet. */
function startServer(
  newHandler: NewHandler,
  { capacity, concurrency, onReleased }: Settings,
): AnyServer {
  const server: AnyServer = createServer(new Mailbox(capacity));
  server.unref();
  let weak: WeakClient<unknown, unknown, unknown, unknown> | undefined;
  const self = (): WeakClient<unknown, unknown, unknown, unknown> => {
    if (weak === undefined) {
      const client = server.client();
      weak = client.weak();
      client.close();
    }
    return weak;
  };
  const { done } = startServing(server, newHandler(self), { concurrency });
  done
    .finally(() => {
      if (onReleased !== undefined) reportIfThrows(onReleased);
    })
    .catch(report);
  return server;
}
