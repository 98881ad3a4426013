/**
 * One connection between two sides, each of which may have remotes of objects of the other one:
 *
 *   the side that called wrap()                  the side that called expose()
 *     remotes ── requests of a Client ─────────►   objects: the exposed one, others by reference
 *     objects: callbacks ◄── of a Client ───────   remotes
 *
 * An object that is passed by reference travels as its id. The second Client exists once the first
 * side has passed an object by reference, and has posted the port of that Client.
 */
import {
  channel,
  Client,
  closePortsIn,
  isUmpError,
  type PortLike,
  type Server,
  UmpError,
} from '../core/internal.js';
import { nameArgument } from './name-argument.js';
import type { Operation } from './operations.js';
import { newOutgoing, type Keeper, type Packed } from './packing.js';
import { newRemote, type Caller } from './remote.js';
import { finalizer } from './symbols.js';
import { transferHandlers } from './transfer-handlers.js';

/** A request. `packed` is about those of the arguments that do not travel as they are. */
export type LinkCall = readonly [
  operation: Operation,
  id: number,
  path: readonly string[],
  packed: Readonly<Record<number, Packed>> | undefined,
  ...args: unknown[],
];

/** A reply. An array stands for its first element; the second says how it was packed. */
export type Wire = unknown;

/** Posts are ids of objects that were released, and the port for the calls of callbacks. */
export type LinkClient = Client<number | PortLike, LinkCall, Wire, Wire>;
export type LinkServer = Server<number | PortLike, LinkCall, Wire, Wire>;

type Serve = (server: LinkServer, link: Link) => Promise<void>;

/** The id of the object that was exposed. */
export const ROOT = 0;

/** The codes of a call that the other side may have received. */
const MAY_HAVE_ARRIVED = /^(App|Aborted|Timeout)$/;

/** One side of the connection. */
export interface Link extends Caller, Keeper {
  /** Gives the object the id ROOT. */
  expose(root: object, released: () => void): void;
  remote(id: number, target?: object): object;
  /** What was sent of a value, as the value. */
  unpack(sent: unknown, packed?: Packed): unknown;
  /** The other side has posted it. */
  receive(posted: number | PortLike): void;
  /** @throws UmpError `Detached` if it was released. */
  object(id: number): object;
  /** The other side is gone. */
  readonly end: () => void;
}

/**
 * @param ownClient Calls are made through it; the side that called expose() gets it later.
 * @param serve Reads the calls of the other side, if they come by a server of their own.
 */
export function createLink(ownClient?: LinkClient, serve?: Serve): Link {
  /** The remotes here that were not released. */
  let remotes = 0;
  /** Calls that may bring another remote, even if the one that they were made by was collected. */
  let pending = 0;
  let released: (() => void) | undefined;
  const objects = new Map<number, object>();
  let lastId = ROOT;
  let ownServer: LinkServer | undefined;

  const closeIfUnused = (): void => {
    if (remotes === 0 && pending === 0 && objects.size === 0) ownClient?.close();
  };
  /** Reads no more than two elements: a hostile array may claim 2^32 of them. */
  const unpackReply = (wire: Wire): unknown =>
    Array.isArray(wire) ? link.unpack(wire[0], wire[1] as Packed | undefined) : wire;
  const dropAll = (): void => {
    for (const id of objects.keys()) link.drop(id);
  };

  /** For the calls of the other side. It keeps this thread running while that has objects. */
  const openServer = (): void => {
    ownServer?.ref();
    if (ownServer !== undefined || ownClient === undefined || serve === undefined) return;
    const { server, client } = channel<number | PortLike, LinkCall, Wire, Wire>();
    const port = client.transfer();
    ownServer = server;
    void serve(server, link).then(() => {
      ownServer = undefined;
      dropAll();
    });
    void ownClient.closed.then(() => {
      server.close();
    });
    try {
      ownClient.post(port, { transfer: [port] });
    } catch (error) {
      // The other side is gone: nothing else would close the port, and with it the server's.
      closePortsIn(port);
      throw error;
    }
  };

  const link: Link = {
    expose: (root, rootReleased) => {
      objects.set(ROOT, root);
      released = rootReleased;
    },
    remote: (id, target) => {
      remotes++;
      return newRemote(link, id, target);
    },

    call: async (operation, id, path, args, options) => {
      const outgoing = newOutgoing(link);
      const { transfer } = outgoing;
      pending++;
      try {
        let wire: Wire;
        try {
          let packed: Record<number, Packed> | undefined;
          const values = args.map((arg, at) => {
            const how = outgoing.pack(arg);
            if (how !== undefined) (packed ??= {})[at] = how;
            return outgoing.value;
          });
          if (ownClient === undefined) throw new UmpError('Detached');
          const call: LinkCall = [operation, id, path, packed, ...values];
          const all = options ? { ...options, transfer } : outgoing.options;
          wire = await ownClient.req(call, all);
        } catch (error) {
          if (!isUmpError(error) || !MAY_HAVE_ARRIVED.test(error.code)) outgoing.undo();
          if (isUmpError(error, 'DataClone')) nameArgument(error, operation, path);
          if (!isUmpError(error, 'App')) throw error;
          const { appError } = error;
          // A handler may return a value instead of throwing one.
          if (!Array.isArray(appError)) throw appError;
          wire = appError;
        }
        return unpackReply(wire);
      } finally {
        pending--;
        closeIfUnused();
      }
    },

    unpack: (sent, packed) => {
      if (packed === undefined) return sent;
      const [name, isReference] = packed;
      const handler = transferHandlers.get(name);
      if (handler === undefined) throw new TypeError(`there is no transfer handler named ${name}`);
      return handler.deserialize(isReference ? link.remote(sent as number) : sent);
    },

    release: (id) => {
      remotes--;
      try {
        ownClient?.post(id);
      } catch {
        // The other side is gone, and its objects are with it.
      }
      closeIfUnused();
    },

    receive: (posted) => {
      if (typeof posted === 'number') {
        link.drop(posted);
        return;
      }
      try {
        const before = ownClient;
        ownClient = Client.from(posted);
        // Its server has ended; that of a peer that breaks the protocol may not have.
        before?.close();
      } catch {
        // A peer may post anything.
      }
    },

    object: (id) => {
      const object = objects.get(id);
      if (object === undefined) throw new UmpError('Detached', 'this remote was released');
      return object;
    },

    add: (object) => {
      openServer();
      objects.set(++lastId, object);
      return lastId;
    },

    drop: (id) => {
      const object = objects.get(id);
      if (object === undefined) return;
      objects.delete(id);
      if (objects.size === 0) ownServer?.unref();
      closeIfUnused();
      if (id === ROOT) released?.();
      else runFinalizer(object);
    },

    end: () => {
      ownClient?.close();
      dropAll();
    },
  };
  return link;
}

/** Tells an object that no remote of it is left. */
export function runFinalizer(object: object): void {
  // Later, because a finalizer that throws must not stop the calls of other objects.
  void Promise.resolve().then(() => {
    const { [finalizer]: method } = object as { [finalizer]?: unknown };
    if (typeof method === 'function') Reflect.apply(method, object, []);
  });
}
