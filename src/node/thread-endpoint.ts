/** A thread as an endpoint: its end is told, and so is why it came. */
import { afterArrived, startDeadline } from '../core/transport/deadlines.js';
import { EndpointBase } from '../core/connect/endpoint.js';
import type { UmpError } from '../core/errors.js';
import { blockingState } from './inbound-ports.js';
import { inDeno } from './ports.js';

/**
 * Milliseconds. A thread that dies closes its ports and sends its `error`, in no certain order; the
 * one after the other within a few. While we wait nothing else may hold the loop, so this timer
 * does.
 */
const EXIT_REASON_MS = 50;

/** Whatever was thrown; an object without a prototype, say, cannot be made a string as it is. */
export function asText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

export abstract class ThreadEndpoint extends EndpointBase {
  readonly #explaining: (() => void)[] = [];

  reportExitReason(tell: () => void): void {
    if (blockingState.blocked) {
      this.checkDeath();
      tell();
    } else this.#explaining.push(startDeadline(EXIT_REASON_MS, 1, tell, true));
  }

  /** No event will come: calls died() now if it can be found out why. */
  protected checkDeath(): void {
    // Most platforms do not block.
  }

  protected override peerDied(
    message: string,
    options?: { cause: unknown },
  ): () => UmpError | undefined {
    const unheard = super.peerDied(message, options);
    for (const stop of this.#explaining.splice(0)) stop();
    if (options !== undefined && !this.isWatched) report(unheard);
    return unheard;
  }

  /** Does the user listen for errors of that thread, too? */
  protected abstract readonly isWatched: boolean;
}

/**
 * An error that nobody caught in a thread would end this process, if we did not listen for it.
 * Calls that reject with it tell of it; where none does, it is shown, and the process fails when it
 * ends. Deno shows it by itself.
 */
function report(unheard: () => UmpError | undefined): void {
  if (inDeno) return;
  // By then the calls that it ends have rejected.
  afterArrived(() => {
    const death = unheard();
    if (death === undefined) return;
    console.error(death);
    process.exitCode ??= 1;
  });
}
