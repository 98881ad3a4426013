/** What the side that starts a thread asks through the control channel. */
import { type Client, isUmpError, UmpError } from '../../core/internal.js';
import { registryPort } from '../registry/registry-group.js';
import { RefPromise } from '../support/ref-promise.js';
import type { ControlPost, ControlRequest } from './control.js';

export type Control = Client<ControlPost, ControlRequest>;

/** The reply is what the actor stops with. Calls `kill` if `init` cannot be sent. */
export function startActor(
  control: Control,
  init: unknown,
  transfer: readonly object[],
  kill: () => void,
): { wait(): Promise<unknown> } {
  try {
    return control.reqDeferred(['start', init], { transfer });
  } catch (error) {
    kill();
    throw error;
  }
}

/** Sends a port to the registry once the thread needs it. */
export async function sendRegistry(control: Control): Promise<void> {
  try {
    await control.req(['registry']);
    const port = await registryPort().catch(() => undefined);
    control.post(port, { transfer: port === undefined ? [] : [port] });
  } catch {
    // The thread has ended and never needed the registry.
  }
}

/** Fulfils when the handler is ready, or has been; rejects where `done` does. */
export async function startOf(control: Control, done: Promise<unknown>): Promise<void> {
  try {
    await control.req(['started']);
  } catch (error) {
    // A thread with an older build of this package does not tell.
    if (!isUmpError(error, 'MethodNotFound')) await RefPromise.withoutRef(done);
  }
}

/** Rejects with `ServerDisappeared` once the actor has ended. */
export async function ask(control: Control, question: ControlRequest): Promise<unknown> {
  try {
    return await control.req(question);
  } catch (error) {
    // What the thread threw is an UmpError of its own.
    if (isUmpError(error, 'HandlerFailed') && isUmpError(error.cause)) throw error.cause;
    if (isUmpError(error, 'MethodNotFound')) throw new UmpError('NotSupported', error.message);
    if (!isUmpError(error, 'Detached')) throw error;
    throw new UmpError('ServerDisappeared', 'the actor has ended');
  }
}
