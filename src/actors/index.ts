/** The entry "ump-ng/actors": servers with handlers instead of loops. */
export { stop, Stop, type Factory, type Flow, type Given, type Handler } from './handler.js';
export { serve, type ServeOptions } from './serve.js';
export { spawn, type Spawned, type SpawnOptions } from './spawn.js';
export { spawnWorker, type SpawnedWorker, type SpawnWorkerOptions } from './spawn-worker.js';
export { serveWorker, type ServeWorkerOptions } from './serve-worker.js';
export { actor, type Actor, type Definition, type PostContext, type ReqContext } from './actor.js';
export type { Call, Method, Methods } from './call.js';
export { remote, type Remote, type RemoteOptions, type RemoteRequester } from './remote.js';
export type { StreamOptions } from './stream.js';
export type { ChildSpec, Children, Running, RequesterOf } from './child-spec.js';
export type { RestartOptions } from './restarts.js';
export type { SteadyReqOptions, SteadyRequester } from './steady.js';
export {
  supervise,
  Supervisor,
  type Strategy,
  type SuperviseOptions,
  type SupervisorEvent,
} from './supervise.js';
export { pool } from './pool.js';
export type {
  Pool,
  PoolOptions,
  PoolReqOptions,
  PoolRequester,
  PoolStats,
  WorkerStats,
} from './pool-types.js';
export type { Latency } from './histogram.js';
export type { Route } from './routes.js';
export {
  register,
  registeredNames,
  whenRegistered,
  whereis,
  type Registration,
  type WhenRegisteredOptions,
} from './registry.js';
export { joinRegistry, registryPort } from './family.js';
export type { NameTaken } from './names.js';
export { introspect, type ServerStats } from './introspect.js';
export { onDeadLetter } from './dead-letters.js';
