/** An endpoint whose other side is a thread, and which reports why that thread has ended. */
import { EndpointBase, type Death } from '../core/connect/endpoint.js';
import { afterArrived, startDeadline } from '../core/transport/deadlines.js';
import { blockingState } from './inbound-ports.js';
import { inDeno } from './ports.js';

/**
 * A thread that dies closes its ports and sends its `error` within a few milliseconds of each
 * other, in either order. Nothing else may keep the event loop alive meanwhile, so this timer does.
 */
const EXIT_REASON_MS = 50;

/** Text for any thrown value: some, such as an object without a prototype, have no `toString()`. */
export function asText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

export abstract class ThreadEndpoint extends EndpointBase {
  readonly #stopWaiting: (() => void)[] = [];

  reportExitReason(done: () => void): void {
    if (blockingState().isBlocked) {
      this.checkDeath();
      done();
    } else this.#stopWaiting.push(startDeadline(EXIT_REASON_MS, 1, done, true));
  }

  /** For an agent that blocks: calls peerDied() now if the reason can be found out. */
  protected checkDeath(): void {
    // Most platforms do not block.
  }

  protected override peerDied(message: string, options?: { cause: unknown }): Death {
    const death = super.peerDied(message, options);
    for (const stop of this.#stopWaiting.splice(0)) stop();
    if (options !== undefined && !this.isWatched) reportUncaught(death);
    return death;
  }

  /** Whether the application also listens for errors of that thread. */
  protected abstract readonly isWatched: boolean;
}

/**
 * An error that a thread did not catch would end this process if we did not listen for it. Calls
 * that reject with it report it; where there is none, it is shown, and the process gets a failing
 * exit code. Deno shows it by itself.
 */
function reportUncaught({ error, listeners }: Death): void {
  if (inDeno) return;
  // The calls that it ends reject before this.
  afterArrived(() => {
    if ([...listeners].some((listener) => listener.isReported?.() === true)) return;
    console.error(error);
    process.exitCode ??= 1;
  });
}
