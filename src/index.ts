/** The entry "ump-ng". */
export {
  connect,
  listen,
  type Endpoint,
  type ServiceWorkerLike,
  type SharedWorkerLike,
  type WindowLike,
  type WorkerLike,
} from './connect.js';
export { channel } from './core/channel.js';
export { Client } from './core/client/client.js';
export type { MappedClient, ReplyTo, RequestMap } from './core/client/mapped-client.js';
export { PostClient } from './core/client/post-client.js';
export type { Requester, Result } from './core/client/requester.js';
export { WaitReply } from './core/client/wait-reply.js';
export { WeakClient } from './core/client/weak-client.js';
export {
  UmpError,
  isUmpError,
  type UmpErrorCode,
  type UmpErrorConstructor,
  type UmpErrorOf,
  type UmpErrorOptions,
} from './core/errors.js';
export type {
  ChannelOptions,
  ConnectOptions,
  Dropped,
  DroppedOptions,
  HeartbeatOptions,
  LaneOptions,
  LanesOptions,
  ListenOptions,
  OnDropped,
  ReqOptions,
  SendOptions,
  WaitOptions,
} from './core/options.js';
export { registerErrorClass, type ErrorClass } from './core/protocol/error-classes.js';
export { ReplyContext } from './core/reply/reply-context.js';
export type { Lane } from './core/transport/lane.js';
export type { MsgType } from './core/server/message.js';
export type { Sender } from './core/server/sender.js';
export { Server } from './core/server/server.js';
export type {
  AbortSignal,
  AbortSignalLike,
  MessagePort,
  PortLike,
} from './core/support/platform.js';
