/** The side that has the objects: it reads a server, and carries out what remotes ask for. */
import {
  createChannel,
  isA,
  isList,
  isObjectOrFunction,
  raise,
  type ReplyContext,
  type Sender,
  UmpError,
} from '../core/internal.js';
import { listenTo, type AnyEndpoint, type Origins } from './endpoints.js';
import {
  createLink,
  runFinalizer,
  type LinkCall,
  type Link,
  type LinkServer,
  type Wire,
} from './link.js';
import { carryOut, CONSTRUCT, ENDPOINT } from './operations.js';
import { newOutgoing } from './packing.js';
import { transfer } from './transfer.js';
import { PROXY, Thrown } from './transfer-handlers.js';

type Context = ReplyContext<Wire, Wire>;

export interface ExposeOptions {
  /** The origins of windows that may connect; default `['*']`, any. */
  allowedOrigins?: Origins | undefined;
  /**
   * How many calls may run at a time, of all remotes together; default any number. The others wait
   * in the order of their arrival. A call that waits for another call of the same object needs 2.
   */
  concurrency?: number | undefined;
}

/**
 * Makes an object, a function or a class available to the other side, which gets a remote of it by
 * `wrap()`. By default the other side is the thread that started this one.
 *
 * @param options Or the list of `allowedOrigins`.
 *
 * @example
 * expose({ add: (a: number, b: number) => a + b }, undefined, { concurrency: 4 });
 *
 * @throws UmpError `InvalidArgument` if an argument is invalid; `AlreadyListening` if an object is
 * exposed there already; `NotSupported` without an endpoint where there is no default one.
 */
export function expose(
  object: unknown,
  endpoint?: AnyEndpoint,
  options: ExposeOptions | Origins = {},
): void {
  const { allowedOrigins = ['*'], concurrency }: ExposeOptions = Array.isArray(options)
    ? { allowedOrigins: options as Origins }
    : (options as ExposeOptions);
  if (!isObjectOrFunction(object)) raise(expose, 'InvalidArgument', 'only objects can be exposed');
  if (concurrency !== undefined && !(typeof concurrency === 'number' && concurrency >= 1)) {
    raise(expose, 'InvalidArgument', 'concurrency must be a number of calls, 1 or more');
  }
  const server = listenTo(endpoint, allowedOrigins);
  const links = new WeakMap<Sender, Link>();
  let remotes = 0;
  let hadRemotes = false;
  const released = (): void => {
    if (--remotes === 0) runFinalizer(object);
  };
  const newLink = (sender: Sender): Link => {
    const link = createLink();
    links.set(sender, link);
    link.expose(object, released);
    remotes++;
    hadRemotes = true;
    void sender.closed.then(link.end);
    return link;
  };
  void serveLinks(server, (sender) => links.get(sender) ?? newLink(sender), concurrency).then(
    () => {
      // A client that has never called was one, too.
      if (!hadRemotes) runFinalizer(object);
      // Nothing else closes the port, and an open one is never collected.
      if (isA(endpoint ?? {}, 'MessagePort')) (endpoint as { close?: () => void }).close?.();
    },
  );
}

/** A peer may send anything. A key that is not a string could be converted to any string. */
const isCall = (call: unknown): boolean =>
  isList(call) && isList(call[2]) && call[2].every((key) => typeof key === 'string');

/** Serves the objects of one link. */
export const serveLink = (server: LinkServer, link: Link): Promise<void> =>
  serveLinks(server, () => link);

async function serveLinks(
  server: LinkServer,
  linkOf: (sender: Sender) => Link,
  concurrency = Infinity,
): Promise<void> {
  let running = 0;
  let finished = (): void => undefined;
  for await (const { from, msg, rctx } of server) {
    const link = linkOf(from);
    if (rctx === undefined) {
      link.receive(msg);
      continue;
    }
    running++;
    void answer(link, msg, rctx).then(() => {
      running--;
      finished();
    });
    while (running >= concurrency) {
      await new Promise<void>((resolve) => {
        finished = resolve;
      });
    }
  }
}

/** Never rejects. */
async function answer(link: Link, call: LinkCall, rctx: Context): Promise<void> {
  try {
    const value = await resultOf(link, call);
    send(link, rctx, 'reply', value, call[0] === CONSTRUCT);
  } catch (error) {
    send(link, rctx, 'fail', new Thrown(error));
  }
}

function send(
  link: Link,
  rctx: Context,
  verb: 'reply' | 'fail',
  value: unknown,
  isReference = false,
): void {
  const outgoing = newOutgoing(link);
  try {
    const packed = isReference ? outgoing.refer(value as object, PROXY) : outgoing.pack(value);
    // A value that is not an array and travels as it is needs no array around it.
    const wire = packed !== undefined || Array.isArray(value) ? [outgoing.value, packed] : value;
    if (!rctx[verb](wire, outgoing.options)) outgoing.undo();
  } catch (cause) {
    outgoing.undo();
    rctx.fail(new TypeError('Unserializable return value', { cause }));
  }
}

function resultOf(link: Link, call: LinkCall): unknown {
  if (!isCall(call)) throw new UmpError('Protocol', 'malformed call');
  const [operation, id, path, packed, ...args] = call;
  const values = args.map((arg, at) => link.unpack(arg, packed?.[at]));
  const object = link.object(id);
  return operation === ENDPOINT ? newEndpoint(object) : carryOut(operation, object, path, values);
}

/** Returns a port that the other side, or a third one, may pass to wrap(). */
function newEndpoint(object: object): object {
  const { port1, port2 } = createChannel(newEndpoint);
  expose(object, port2);
  return transfer(port1, [port1]);
}
