/** What agents have of the library, and how they pass it on. */
import type { Agent } from '../agent.js';
import type {
  Client,
  MessagePort,
  PostClient,
  ReplyContext,
  Server,
  WeakClient,
} from '../library.js';
import type { Dependencies } from './dependencies.js';
import type { Call, Sequence, ServerRecord } from './ledger.js';

export type Message = readonly [call: number, sequence: number, n: number];
export type AnyClient = Client<Message, Message, string, string>;
export type AnyServer = Server<Message, Message, string, string>;

/** A client, or one that only posts; it may move to another agent. */
export interface Caller {
  readonly sequence: Sequence;
  readonly agent: Agent;
  readonly client: AnyClient | PostClient<Message>;
}

/** A request that was taken from a mailbox, and has no answer yet. */
export interface OpenRequest {
  readonly agent: Agent;
  readonly call: Call;
  readonly context: ReplyContext<string, string>;
}

export interface Weak {
  readonly agent: Agent;
  /** That of the client which it was made from. */
  readonly sequence: Sequence;
  readonly weak: WeakClient<Message, Message, string, string>;
}

export interface Hosting {
  readonly agent: Agent;
  readonly server: AnyServer;
  readonly record: ServerRecord;
}

/** What one agent sends to another in a message of its own. */
export type Handover =
  | { readonly is: 'client'; readonly caller: Caller; readonly port: MessagePort }
  | { readonly is: 'context'; readonly openRequest: OpenRequest; readonly port: MessagePort }
  | { readonly is: 'server'; readonly record: ServerRecord; readonly port: MessagePort };

/** What the thing depends on that is handed over. */
export function dependenciesOf(handover: Handover): Dependencies {
  if (handover.is === 'client') return handover.caller.sequence.client;
  if (handover.is === 'server') return handover.record.dependencies;
  return handover.openRequest.call.context!;
}

/** The agents that have had the thing that is handed over, or its other end. */
export function agentsOf(handover: Handover): readonly Agent[] {
  const own = dependenciesOf(handover).agents;
  if (handover.is === 'context') return [...own, handover.openRequest.call.agent];
  const server = handover.is === 'client' ? handover.caller.sequence.server : handover.record;
  const clients = server.sequences.flatMap(({ client }) => client.agents);
  return [...own, ...server.dependencies.agents, ...clients];
}

/** A way from one agent to another, for messages of the application. */
export interface Line {
  postMessage(message: unknown, transfer: object[]): void;
  addEventListener(type: 'message', listener: (event: { data?: unknown }) => void): void;
  /** Where it can be asked: how many listeners there are, that of the application included. */
  listenerCount?(type: 'message'): number;
}

export type Route = (handover: Handover) => void;

/** What code works with. */
export type Subject = Sequence | ServerRecord;

/** What its creator has of a worker. */
export interface StartedWorker {
  readonly agent: Agent;
  terminate(): unknown;
}
