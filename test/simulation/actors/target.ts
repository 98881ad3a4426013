/** What calls are made to: an actor, a pool, or a child of a supervisor. */
import type { Agent } from '../agent.js';
import type { Host } from './host.js';
import type { Caller } from './methods.js';

export type TargetKind = 'actor' | 'pool' | 'child' | 'name';

export interface Target {
  /** The number of the operation that makes it; the children of a supervisor add a fraction. */
  readonly id: number;
  readonly kind: TargetKind;
  /** The agent whose code calls it. */
  readonly agent: Agent;
  caller: Caller;
  /** All its actors so far. */
  readonly hosts: Host[];
  readonly concurrency: number;
  /** Calls may be refused, because there is no room. */
  readonly isBounded: boolean;
  /** Each call goes to all its actors. */
  readonly isBroadcast: boolean;
  /** No call of it is given up, or sent again. */
  readonly isPlain: boolean;
  /** A call that is given up may end its worker. */
  readonly hasKills: boolean;
  /** Calls of one order begin in their order; undefined: there is none. */
  readonly orderOf: ((id: number) => number) | undefined;
  /** The name under which its actors register themselves. */
  readonly registeredAs: string | undefined;
  /** The milliseconds of silence after which an actor counts as dead. */
  readonly heartbeat: number;
  /** Its threads are terminated as soon as their actors have ended. */
  readonly endsAtOnce: boolean;
  /** None of its threads loads, as long as anything goes wrong. */
  readonly neverLoads: boolean;
  /** From when on calls may fail: it was closed, stopped or killed, or has given up. */
  endedAt: number | undefined;
  /** How many calls it has taken. */
  accepted: number;
}

/** Something that is stopped as a whole, and owns targets. */
export interface System {
  readonly name: string;
  readonly agent: Agent;
  readonly targets: readonly Target[];
  /** Set once an end was asked for. */
  endedAt: number | undefined;
  /** How long the end may take from then on, in milliseconds, without the time for computing. */
  readonly maxEndMs: number;
  /** `done` has settled. */
  isDone: boolean;
  /** Each is called in the agent. */
  stop(): Promise<unknown>;
  kill(): void;
  /** Lets what there is finish, without a limit. */
  close?(): void;
  /** What is wrong with it at any time. */
  audit?(): string[];
  /** What is wrong with it after a long time without a fault. */
  auditAtRest?(): string[];
}
