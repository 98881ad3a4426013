/** What the core needs of its platform, and the driver that provides it. */
import { raise } from '../errors.js';
import { globals, type ChannelClass, type WorkingPort } from '../support/platform.js';
import type { Transport } from './transport.js';

/** Something that keeps this agent from exiting while it holds. */
export interface LoopRef {
  setRef(yes: boolean): void;
}

/** How agents see each other die where their ports do not tell. */
export interface Liveness {
  /** This agent's own: whoever knows it can watch it. Undefined before that is so. */
  readonly agentId: string | undefined;
  /** Fulfils when the name is known, or never will be. */
  readonly ready: Promise<void>;
  /**
   * Calls `died`, once and never at once, when the agent of that name is gone. Returns how to stop.
   */
  watch(name: string, died: () => void): () => void;
  /**
   * This agent knows that the agent of that name is gone: calls `died` of all that watch it here.
   */
  reportDeath(name: string): void;
}

export interface Driver {
  /** What makes channels; undefined: the global class, if there is one. */
  readonly MessageChannel?: ChannelClass | undefined;
  /** A link over one end of a MessageChannel. The port must not have been started. */
  openTransport(port: WorkingPort): Transport;
  createLoopRef(): LoopRef;
  /**
   * Calls `then`, and never at once, when what has arrived in this agent by now has been delivered.
   */
  deliverArrived(then: () => void): void;
  readonly liveness: Liveness | undefined;
}

let driver: Driver;

/**
 * The package's entry names the driver of the platform it finds itself on, before anything else.
 */
export function installDriver(platform: Driver): void {
  driver = platform;
}

export const openTransport = (port: WorkingPort): Transport => driver.openTransport(port);

/** Throws `NotSupported` for `entry` where there are no channels. */
export function createChannel(stackStartFn: unknown): InstanceType<ChannelClass> {
  const { MessageChannel = globals.MessageChannel } = driver;
  if (typeof MessageChannel === 'function') return new MessageChannel();
  return raise(
    stackStartFn,
    'NotSupported',
    'there is no MessageChannel here: this global scope needs one',
  );
}

export const liveness = (): Liveness | undefined => driver.liveness;

/** Not before others could watch this agent. */
export function onceIdentified(then: () => void): void {
  const own = liveness();
  if (own === undefined) then();
  else void own.ready.then(then);
}

export const deliverArrived = (then: () => void): void => {
  driver.deliverArrived(then);
};

export const createLoopRef = (): LoopRef => driver.createLoopRef();
