/** What the core needs of its platform, and the driver that provides it in this thread. */
import { createDriver } from '#platform';
import { raise } from '../errors.js';
import type { LoopRef } from '../support/loop-ref.js';
import { natives, type Natives } from '../support/natives.js';
import { perThread } from '../support/per-thread.js';
import { globals, type ChannelClass, type WorkingPort } from '../support/platform.js';
import type { Transport } from './transport.js';

export type { LoopRef };

/** See {@link Liveness.standIn}. */
export interface StandIn {
  readonly agentId: string;
  readonly end: () => void;
}

/** How agents detect each other's death where a port does not report it. */
export interface Liveness {
  /** The id of this agent, by which others can watch it. Undefined until they can. */
  readonly agentId: string | undefined;
  /** Fulfils when the id is known, or never will be. */
  readonly ready: Promise<void>;
  /**
   * Calls `died` once, and not before this returns, when the agent with that id is gone. Returns a
   * function that stops watching.
   */
  watch(agentId: string, died: () => void): () => void;
  /**
   * An id for an agent that has not sent its own: others can watch it, and it counts as gone when
   * this agent ends it, or ends itself. Undefined where agents cannot be watched.
   */
  standIn(): StandIn | undefined;
  /** This agent knows that the other is gone: calls every `died` that waits for it here. */
  reportDeath(agentId: string): void;
}

export interface Driver {
  /** The class that makes channels; undefined: the global class, if there is one. */
  readonly MessageChannel?: ChannelClass | undefined;
  /** A transport over one end of a MessageChannel. The port must not have been started. */
  openTransport(port: WorkingPort): Transport;
  createLoopRef(): LoopRef;
  /**
   * Calls `then`, and not before this returns, once everything that has arrived in this agent by
   * now has been delivered.
   */
  deliverArrived(then: () => void): void;
  readonly liveness: Liveness | undefined;
  /** Better ones than the globals of this thread, where there are any. */
  readonly natives?: Partial<Natives>;
}

const currentDriver = perThread<{ driver: Driver | undefined }>(() => ({ driver: undefined }));

const driver = (): Driver => currentDriver().driver ?? use(createDriver());

function use(chosen: Driver): Driver {
  Object.assign(natives(), chosen.natives);
  return (currentDriver().driver = chosen);
}

/**
 * Sets the driver of this thread in place of the one that its platform would create. For tests and
 * simulators.
 * @throws UmpError `InvalidArgument` if this thread already has a driver: transports of two drivers
 * do not work together.
 */
export function installDriver(other: Driver): void {
  if (currentDriver().driver !== undefined) {
    raise(
      installDriver,
      'InvalidArgument',
      'this thread has a driver already: install another before anything else is called',
    );
  }
  use(other);
}

export const openTransport = (port: WorkingPort): Transport => driver().openTransport(port);

/** @throws UmpError `NotSupported` where there are no channels. */
export function createChannel(stackStartFn: unknown): InstanceType<ChannelClass> {
  const { MessageChannel = globals.MessageChannel } = driver();
  if (typeof MessageChannel === 'function') return new MessageChannel();
  return raise(
    stackStartFn,
    'NotSupported',
    'there is no MessageChannel here; in a simulated page, resolve with the condition "node"',
  );
}

export const liveness = (): Liveness | undefined => driver().liveness;

/** Calls `then` once other agents can watch this one; at once where they never can. */
export function onceIdentified(then: () => void): void {
  const own = liveness();
  if (own === undefined) then();
  else void own.ready.then(then);
}

export const deliverArrived = (then: () => void): void => {
  driver().deliverArrived(then);
};

export const createLoopRef = (): LoopRef => driver().createLoopRef();
