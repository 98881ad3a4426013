/** A thread as an endpoint: its end is told, and so is why it came. */
import { judgeAfter } from '../core/arrived.js';
import { EndpointBase } from '../core/endpoint.js';
import { agent } from './agent.js';

/**
 * Milliseconds. A thread that dies closes its ports and sends its `error`, in no certain order; the one
 * after the other within a few. While we wait nothing else may hold the loop, so this timer does.
 */
const PATIENCE = 50;

export abstract class MortalEndpoint extends EndpointBase {
  readonly #explaining: (() => void)[] = [];

  explain(tell: () => void): void {
    if (agent.blocked) tell();
    else this.#explaining.push(judgeAfter(PATIENCE, 1, tell, true));
  }

  protected override died(message: string, options?: { cause: unknown }): void {
    super.died(message, options);
    for (const stop of this.#explaining.splice(0)) stop();
  }
}
