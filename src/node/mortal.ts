/** A thread as an endpoint: its end is told, and so is why it came. */
import { judgeAfter } from '../core/arrived.js';
import { EndpointBase } from '../core/endpoint.js';
import { agent } from './agent.js';

/**
 * Milliseconds. A thread that dies closes its ports and sends its `error`, in no certain order; the one
 * after the other within a few. While we wait nothing else may hold the loop, so this timer does.
 */
const PATIENCE = 50;

/** Whatever was thrown; an object without a prototype, say, cannot be made a string as it is. */
export function asText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

export abstract class MortalEndpoint extends EndpointBase {
  readonly #explaining: (() => void)[] = [];

  explain(tell: () => void): void {
    if (agent.blocked) {
      this.look();
      tell();
    } else this.#explaining.push(judgeAfter(PATIENCE, 1, tell, true));
  }

  /** No event will come: calls died() now if it can be found out why. */
  protected look(): void {
    // Most platforms do not block.
  }

  protected override died(message: string, options?: { cause: unknown }): void {
    super.died(message, options);
    for (const stop of this.#explaining.splice(0)) stop();
  }
}
