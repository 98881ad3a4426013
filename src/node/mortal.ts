/** A thread as an endpoint: its end is told, and so is why it came. */
import { EndpointBase } from '../core/endpoint.js';
import type { UmpError } from '../core/errors.js';
import { agent } from './agent.js';
import { inDeno } from './ports.js';

/**
 * Milliseconds. A thread that dies closes its ports and sends its `error`, in no certain order; the one
 * after the other within a few. While we wait nothing else may hold the loop, so this timer does.
 */
const PATIENCE = 50;

export abstract class MortalEndpoint extends EndpointBase {
  readonly #explaining: NodeJS.Timeout[] = [];

  explain(tell: () => void): void {
    if (agent.blocked) tell();
    else this.#explaining.push(setTimeout(tell, PATIENCE));
  }

  protected override died(
    message: string,
    options?: { cause: unknown },
  ): () => UmpError | undefined {
    const unheard = super.died(message, options);
    for (const timer of this.#explaining.splice(0)) clearTimeout(timer);
    if (options !== undefined && !this.isWatched) report(unheard);
    return unheard;
  }

  /** Does the user listen for errors of that thread, too? */
  protected abstract readonly isWatched: boolean;
}

/**
 * An error that nobody caught in a thread would end this process, if we did not listen for it. Calls that reject with
 * it tell of it; where none does, it is shown, and the process fails when it ends. Deno shows it by itself.
 */
function report(unheard: () => UmpError | undefined): void {
  if (inDeno) return;
  setImmediate(() => {
    const death = unheard();
    if (death === undefined) return;
    console.error(death);
    process.exitCode ??= 1;
  });
}
