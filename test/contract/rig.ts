/** The interface between the suite and a platform: remote servers, and threads that run roles. */
import type { ChannelOptions, Client, ConnectOptions, Endpoint, MessagePort } from 'ump-ng';
import type { LaneName } from './lane-of-rig.js';
import type { ArgsOf, RoleName } from './roles.js';

/**
 * A feature that a platform may lack. A case that needs it is skipped there, and counted as
 * skipped.
 */
export type Capability =
  /** The platform notices the death of a peer, by some means. */
  | 'death'
  /** thread() is a real thread: it can end by itself, and kill() ends it with all its objects. */
  | 'threads'
  /** The endpoint of a thread is a Worker. */
  | 'workers'
  /** A thread that has nothing left to do runs until it is ended from outside. */
  | 'endless threads'
  /** A thread in an endless loop can be ended from outside. */
  | 'stuck threads'
  /** A port notices that its other end was closed, even if no endpoint ever used that end. */
  | 'port close'
  /** A port in an unread message is closed with the port where that message is queued. */
  | 'unread ports'
  /** A port in a message to a thread that ends before it reads the message is closed. */
  | 'ports to the dead'
  /** Messages sent by a port arrive even if the port was in transit to a thread that died. */
  | 'last posts'
  /** An uncaught error ends its thread. */
  | 'fatal errors'
  /** The end of a thread is noticed even before the thread has sent its first message. */
  | 'early exits'
  /** The engine's stacks include async frames, and can be trimmed at any function. */
  | 'stacks'
  /** A thread whose script fails to load is noticed. */
  | 'load failures'
  /** A frame that is removed can still send to a frame of another origin. */
  | 'goodbyes'
  /** Nested workers are reliable enough for tests. */
  | 'nested workers'
  /** A page under test may open windows. */
  | 'popups'
  /** Garbage can be collected on demand. */
  | 'gc'
  /**
   * A reply that arrived but has no event yet can be polled, behind any number of other messages.
   */
  | 'drain'
  /** A thread can tell how much memory it uses. */
  | 'memory'
  /** A thread can receive messages while it blocks. */
  | 'blocking'
  /** The death of a thread without any connection is noticed. */
  | 'unconnected deaths'
  /** A thread can send a message that the engine then cannot deserialize; other messages arrive. */
  | 'unreadable messages'
  /** Sending a sparse array does not iterate over its holes. */
  | 'sparse arrays';

export type AnyClient = Client<unknown, unknown, unknown, unknown>;

/** A role that runs in a thread. */
export interface Task {
  /** The return value of the role; rejects if the role threw, or if its thread died. */
  readonly result: Promise<unknown>;
  /** The next message that the role sent by `env.send()`. */
  nextMessage(): Promise<unknown>;
  /** Sends a message to the role, which gets it by `env.receive()`. */
  send(value: unknown, transfer?: readonly object[]): void;
}

export interface Thread {
  /**
   * The argument of `connect()` with which a client reaches the role that listens in the thread.
   */
  readonly endpoint: Endpoint;
  /** Further options of that `connect()`. */
  readonly options?: ConnectOptions;
  run<N extends RoleName>(role: N, args: ArgsOf<N>, ports?: readonly MessagePort[]): Task;
  /** Ends the thread without a goodbye; fulfils when the thread has ended. */
  readonly kill: () => Promise<void>;
  /** Undefined where the platform cannot tell. */
  readonly hasEnded?: () => boolean;
}

export interface Served {
  client: AnyClient;
  /** The task of its server; see roles/servers.ts. */
  task: Task;
  readonly kill: () => Promise<void>;
}

export interface Rig {
  readonly name: string;
  /** The lane of its clients, if they have one. */
  readonly lane?: LaneName | undefined;
  has(capability: Capability): boolean;
  /** A client of a remote server that carries out commands (commands.ts). */
  serve(options?: Pick<ChannelOptions, 'capacity'>): Promise<Served>;
  thread(): Promise<Thread>;
  /** The endpoint of a thread whose script throws while it loads; needs `load failures`. */
  unloadable(): Endpoint;
  /** Ends all threads of the rig. */
  dispose(): Promise<void>;
}
