/** What a platform must lend the suite: servers that live elsewhere, and threads to put things in. */
import type { ChannelOptions, Client, ConnectOptions, Endpoint, MessagePort } from 'ump-ng';
import type { ArgsOf, RoleName } from './roles.js';

/** What a platform may lack. A case that needs it is skipped there, and counted as skipped. */
export type Capability =
  /** The death of a peer is noticed, by whatever means. */
  | 'death'
  /** thread() is a real thread: it may end by itself, and kill() ends it with all that it made. */
  | 'threads'
  /** The endpoint of a thread is a Worker. */
  | 'workers'
  /** A thread that has nothing more to do goes on until somebody ends it. */
  | 'endless threads'
  /** A thread that computes without end can be ended. */
  | 'stuck threads'
  /** That a port was closed is noticed at its other end, also if nobody had taken it up. */
  | 'port close'
  /** A port in a message that nobody has read is closed with the port where the message waits. */
  | 'unread ports'
  /** So is one in a message to a thread that ends before it reads it. */
  | 'ports to the dead'
  /** What was posted by a port arrives though that port was on its way to a thread that has died. */
  | 'last posts'
  /** An error that nobody catches ends its thread. */
  | 'fatal errors'
  /** The end of a thread that nobody has heard of yet is noticed. */
  | 'early exits'
  /** The engine's stacks name who awaits, and can be cut anywhere. */
  | 'stacks'
  /** That a thread's script cannot be loaded is noticed. */
  | 'load failures'
  /** A frame that is removed can say goodbye to one of another origin. */
  | 'goodbyes'
  /** Workers that workers start are reliable enough to test with. */
  | 'nested workers'
  /** A page under test may open windows. */
  | 'popups'
  /** Garbage can be collected on demand. */
  | 'gc'
  /** A reply that has arrived, but was not yet delivered, can be found, however much has arrived before it. */
  | 'drain'
  /** A thread can block without going deaf. */
  | 'blocking'
  /** The death of a thread to which no connection stands is noticed. */
  | 'unconnected deaths'
  /** Each thread can send what the engine then refuses to read, and loses nothing else by it. */
  | 'unreadable messages'
  /** A sparse array is sent without a walk over its holes. */
  | 'sparse arrays';

export type AnyClient = Client<unknown, unknown, unknown, unknown>;

/** A role that runs in a thread. */
export interface Task {
  /** What the role returned; rejects if it threw, or if its thread died. */
  readonly result: Promise<unknown>;
  /** The next thing that the role said. */
  said(): Promise<unknown>;
  /** Something for the role to hear. */
  tell(value: unknown, transfer?: readonly object[]): void;
}

export interface Thread {
  /** What `connect()` takes to reach the role that listens there. */
  readonly endpoint: Endpoint;
  /** What it needs besides. */
  readonly options?: ConnectOptions;
  run<N extends RoleName>(role: N, args: ArgsOf<N>, ports?: readonly MessagePort[]): Task;
  /** Ends it without a goodbye; fulfils when it is over. */
  readonly kill: () => Promise<void>;
  /** Undefined where nothing tells. */
  readonly hasEnded?: () => boolean;
}

export interface Served {
  client: AnyClient;
  /** What its server's loop says and hears; see roles/servers.ts. */
  task: Task;
  readonly kill: () => Promise<void>;
}

export interface Rig {
  readonly name: string;
  has(capability: Capability): boolean;
  /** A client of an obedient server that lives elsewhere. */
  serve(options?: Pick<ChannelOptions, 'capacity'>): Promise<Served>;
  thread(): Promise<Thread>;
  /** The endpoint of a thread whose script throws while it loads; only with `load failures`. */
  unloadable(): Endpoint;
  /** Ends all that it lent. */
  dispose(): Promise<void>;
}
