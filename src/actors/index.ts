/** The entry "ump-ng/actors": servers with handlers instead of loops. */
export {
  stop,
  Stop,
  type Factory,
  type Flow,
  type Handler,
  type HandlerOrFactory,
} from './handlers/handler.js';
export { serve } from './handlers/serve.js';
export type { ServeOptions } from './handlers/serve-options.js';
export type {
  BlockedHandler,
  DeadlockOptions,
  DeadlockWarning,
} from './handlers/deadlock-warning.js';
export { spawn, type Spawned, type SpawnOptions } from './handlers/spawn.js';
export {
  spawnWorker,
  type SpawnedWorker,
  type SpawnWorkerOptions,
} from './threads/spawn-worker.js';
export type { Served } from './handlers/served.js';
export { serveWorker, type ServeWorkerOptions } from './threads/serve-worker.js';
export type { Script, ThreadOptions, UrlLike } from './threads/start-thread.js';
export { actor, type Actor, type Definition } from './methods/actor.js';
export type { Call } from './methods/call.js';
export { callback } from './methods/callback.js';
export type { Callback, RemoteObject } from './methods/reference-types.js';
export { remoteObject } from './methods/remote-object.js';
export type { ReferenceOptions } from './references/outlet.js';
export type { PostContext, ReqContext } from './methods/method-call.js';
export type { Method, Methods } from './methods/method-types.js';
export { transferred, type Transferred } from './methods/transferred.js';
export { remote, type Remote, type RemoteRequester } from './methods/remote.js';
export type { RemoteOptions } from './methods/remote-calls.js';
export type { StreamOptions } from './methods/stream.js';
export type { Children, ChildSpec, RequesterOf, Running, Start } from './supervision/child-spec.js';
export type { ScriptOptions } from './supervision/starter.js';
export type { RestartOptions } from './supervision/restart-policy.js';
export type {
  PoolReqOptions,
  PoolRequester,
  StableReqOptions,
  StableRequester,
} from './proxies/stable-requester.js';
export {
  supervise,
  Supervisor,
  type Strategy,
  type SuperviseOptions,
} from './supervision/supervise.js';
export type { SupervisorEvent } from './supervision/supervisor-event.js';
export { pool } from './pools/pool.js';
export type {
  Pool,
  PoolOptions,
  PoolStats,
  ScriptPoolOptions,
  WorkerStats,
} from './pools/pool-types.js';
export type { Latency } from './pools/histogram.js';
export type { MethodStats } from './pools/method-counts.js';
export type { Order, Waiting } from './pools/order.js';
export type { Route } from './pools/routes.js';
export {
  register,
  registeredNames,
  whenRegistered,
  whereis,
  type Registration,
  type WhenRegisteredOptions,
} from './registry/registry.js';
export { joinRegistry, registryPort } from './registry/registry-group.js';
export type { NameTaken } from './registry/name-table.js';
export { introspect, type ServerStats } from './handlers/introspect.js';
export { onDeadLetter } from './handlers/dead-letters.js';
