import { globals, type OnDropped, UmpError } from '../../core/internal.js';
import type { ChildSpec, Running } from './child-spec.js';
import type { SupervisorEvent } from './supervise.js';
import { report } from '../handlers/report.js';
import { ChildProxy } from './child-proxy.js';
import { RefPromise } from '../ref-promise.js';
import { settlesWithin } from '../settles-within.js';

/** Milliseconds. */
const SHUTDOWN_MS = 5000;
/** Milliseconds that `done` may take to settle after kill(). */
const KILL_GRACE_MS = 5000;

/** A child has ended, and nobody had asked it to. */
export interface Ended {
  readonly child: Child;
  readonly failed: boolean;
  readonly error?: unknown;
  /** It was to be replaced: see replace(). */
  readonly isReplacement: boolean;
}

/** One child of a supervisor, over all its restarts. */
export class Child {
  readonly name: string;
  readonly requester: ChildProxy<never, never, unknown, unknown>;
  readonly #spec: ChildSpec;
  readonly #tell: (event: SupervisorEvent) => void;
  readonly #onEnd: (ended: Ended) => void;
  /** Does the user listen to the events? */
  readonly #isObserved: () => boolean;
  #running: Running | undefined = undefined;
  /** Was asked to end. */
  #ending: Running | undefined = undefined;
  #restarts = -1;
  /**
   * Grows with each start and stop: who is stopped before he has started is not wanted any more.
   */
  #generation = 0;
  #isReplacement = false;
  #isStarting = false;
  /** The end of one that was given by `start` when it was not wanted any more. */
  #unwanted: Promise<unknown> | undefined = undefined;

  constructor(
    name: string,
    spec: ChildSpec,
    tell: (event: SupervisorEvent) => void,
    onEnd: (ended: Ended) => void,
    hears: () => boolean,
    onDropped?: OnDropped,
  ) {
    this.requester = new ChildProxy(Infinity, onDropped);
    this.name = name;
    this.#spec = spec;
    this.#tell = tell;
    this.#onEnd = onEnd;
    this.#isObserved = hears;
  }

  get restarts(): number {
    return Math.max(0, this.#restarts);
  }

  get isUp(): boolean {
    return this.#running !== undefined;
  }

  isToRestart(failed: boolean): boolean {
    const { restart = 'permanent' } = this.#spec;
    return restart === 'permanent' || (restart === 'transient' && failed);
  }

  async start(): Promise<void> {
    this.#restarts++;
    const turn = ++this.#generation;
    let running: Running;
    this.#isStarting = true;
    try {
      running = asRunning(await this.#spec.start());
    } catch (error) {
      if (turn === this.#generation) this.#ended({ failed: true, error });
      return;
    } finally {
      if (turn === this.#generation) this.#isStarting = false;
    }
    if (turn !== this.#generation) {
      this.#unwanted = endUnwanted(running);
      return;
    }
    this.#running = running;
    if (running.client !== undefined) this.requester.setTarget(running.client);
    this.#tell({ type: 'started', child: this.name, restarts: this.#restarts });
    RefPromise.withoutRef(running.done, this.#isObserved).then(
      () => {
        this.#over(running, { failed: false });
      },
      (error: unknown) => {
        this.#over(running, { failed: true, error });
      },
    );
  }

  /** By itself, unless it was stopped before. */
  #over(running: Running, ended: Pick<Ended, 'failed' | 'error'>): void {
    if (this.#running !== running) return;
    this.#running = undefined;
    this.requester.clearTarget();
    // One that hangs is only taken for dead.
    if (ended.failed) running.kill?.();
    this.#ended(ended);
  }

  #ended({ failed, error }: Pick<Ended, 'failed' | 'error'>): void {
    const isReplacement = this.#isReplacement;
    this.#isReplacement = false;
    this.#tell({ type: 'ended', child: this.name, ...(failed && { error }) });
    this.#onEnd({ child: this, failed, error, isReplacement });
  }

  /**
   * Ends the one that has this client, for another one to come, unless it is being stopped anyway.
   */
  replace(client: object): void {
    if (this.#running?.client === client) this.#isReplacement = this.#running.kill !== undefined;
    else if (this.#ending?.client !== client) return;
    this.kill();
  }

  /** Also while it is given time to end. */
  kill(): void {
    (this.#running ?? this.#ending)?.kill?.();
  }

  /**
   * No start is waited for, but one that needs only a moment is, and then for the end of what it
   * started.
   */
  async #startGivenUp(): Promise<void> {
    if (this.#isStarting) {
      this.#isStarting = false;
      await new Promise<void>((resolve) => globals.setTimeout(resolve, 0));
    }
    await this.#unwanted;
    this.#unwanted = undefined;
  }

  /**
   * Lets it finish what it has, for so many milliseconds. Fulfils when it has ended, unless it does
   * not end though it was killed.
   */
  async stop(patience = this.#spec.shutdown ?? SHUTDOWN_MS): Promise<void> {
    const running = this.#running;
    this.#generation++;
    if (running === undefined) {
      await this.#startGivenUp();
      return;
    }
    this.#running = undefined;
    this.#ending = running;
    this.requester.clearTarget();
    const killed = patience === 0 || !(await settlesWithin(askedToEnd(running), patience));
    if (killed) running.kill?.();
    running.client?.close();
    if (killed && running.kill !== undefined) await settlesWithin(running.done, KILL_GRACE_MS);
    this.#ending = undefined;
    this.#tell({ type: 'stopped', child: this.name, killed });
  }
}

function askedToEnd(running: Running): Promise<unknown> {
  if (running.stop === undefined) running.client?.close();
  else
    void Promise.resolve(running)
      .then((asked) => asked.stop?.())
      .catch(report);
  return running.done;
}

/** It was stopped before it had started. Fulfils when it has ended. */
function endUnwanted(running: Running): Promise<unknown> {
  const ended = askedToEnd(running);
  running.client?.close();
  running.kill?.();
  return settlesWithin(ended, KILL_GRACE_MS);
}

function asRunning(started: Running | undefined): Running {
  const done = started?.done as Partial<Promise<unknown>> | undefined;
  if (started !== undefined && typeof done?.then === 'function') return started;
  throw new UmpError('InvalidArgument', 'start() must return an object with a `done` promise');
}
