/**
 * A supervisor keeps its children running: it restarts a child that ends, alone or with others as
 * its strategy says, until there are too many restarts.
 *
 *   running ──stop(), kill()──► stopping ──all children have ended──► closed: `done` fulfils
 *      └──too many restarts ("gave up")─────────────────────────────► closed: `done` rejects
 */
import { Deferred, type DroppedOptions, Failure, raise } from '../../core/internal.js';
import { checkChildren, type CheckedSpec } from './check-children.js';
import { Child, type ChildOwner, type Ended } from './child.js';
import type { Children, RequesterOf } from './child-spec.js';
import { asFailure } from '../support/as-failure.js';
import { asyncDispose } from '../support/async-dispose.js';
import { report, reportIfThrows } from '../support/report.js';
import { pause, RestartPolicy, type RestartOptions } from './restart-policy.js';
import { RefPromise } from '../support/ref-promise.js';
import type { SupervisorEvent } from './supervisor-event.js';
import { Waits } from './waits.js';

/**
 * Which children are restarted with the one that ended: none (`one-for-one`), all (`one-for-all`),
 * or those that were started after it (`rest-for-one`).
 */
export type Strategy = 'one-for-one' | 'one-for-all' | 'rest-for-one';

export interface SuperviseOptions extends RestartOptions, DroppedOptions {
  /** Default `one-for-one`. */
  strategy?: Strategy | undefined;
  /** Called with all events from the first on; see {@link Supervisor.onEvent}. */
  onEvent?: ((event: SupervisorEvent) => void) | undefined;
}

const STRATEGIES: readonly Strategy[] = ['one-for-one', 'one-for-all', 'rest-for-one'];

/**
 * Starts all children, in order, and restarts them when they end. An error that `start` throws
 * counts as an end of its child.
 *
 * ```ts
 * const { children } = supervise({ store: { start: () => spawnWorker('./store.mjs') } });
 * await children.store.req('key');
 * ```
 *
 * @throws UmpError `InvalidArgument` if a child or an option is invalid; `DataClone` if the `init`
 * of a child cannot be cloned.
 */
export function supervise<C extends Children>(
  children: C,
  options: SuperviseOptions = {},
): Supervisor<C> {
  const { strategy = 'one-for-one' } = options;
  const restarts = new RestartPolicy(supervise, options);
  if (!STRATEGIES.includes(strategy)) {
    raise(supervise, 'InvalidArgument', `strategy must be one of ${STRATEGIES.join(', ')}`);
  }
  const specs = checkChildren(supervise, children, options.onDropped);
  const supervisor = new Supervisor<C>(specs, options, restarts);
  supervisor.start();
  return supervisor;
}

export class Supervisor<C extends Children> implements AsyncDisposable {
  /**
   * Every handle has this tag, so that Vue puts no Proxy around it.
   * @internal
   */
  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }
  /** One requester for each child, valid across restarts until the supervisor ends. */
  readonly children: { readonly [K in keyof C]: RequesterOf<C[K]> };
  /**
   * Fulfils once all children have ended after stop() or kill(). Rejects with an UmpError
   * `ServerDisappeared`, whose `cause` is the error of the last child that ended, if there were too
   * many restarts. Ignoring it causes no unhandled rejection: `onEvent` and calls report the end.
   */
  readonly done: Promise<void>;
  readonly #all: Child[];
  readonly #strategy: Strategy;
  readonly #listeners = new Set<(event: SupervisorEvent) => void>();
  readonly #restarts: RestartPolicy;
  #state: 'running' | 'stopping' | 'closed' = 'running';
  /** For starts and pauses: it ends with the state `running`. */
  readonly #waits = new Waits();
  /** Ends, restarts and stops are processed one at a time. */
  #queue: Promise<unknown> = Promise.resolve();
  readonly #done = new Deferred<void>();

  /** @internal */
  constructor(
    children: readonly [name: string, spec: CheckedSpec][],
    options: SuperviseOptions,
    restarts: RestartPolicy,
  ) {
    this.#restarts = restarts;
    this.#strategy = options.strategy ?? 'one-for-one';
    if (options.onEvent !== undefined) this.#listeners.add(options.onEvent);
    this.done = RefPromise.wrap(this.#done.promise);
    const owner: ChildOwner = {
      emit: this.#emit.bind(this),
      childEnded: this.#childEnded.bind(this),
      isObserved: () => this.#listeners.size > 0,
      onDropped: options.onDropped,
      awaitsStarted: false,
    };
    this.#all = children.map(([name, spec]) => new Child(name, spec, owner));
    this.children = Object.fromEntries(
      this.#all.map((child) => [child.name, child.requester]),
    ) as never;
  }

  /** @internal Starts the children. Called once, by supervise(). */
  start(): void {
    this.#enqueue(() => this.#startChildren(this.#all));
  }

  /** Calls `listener` with all events from now on. Returns a function that removes it. */
  onEvent(listener: (event: SupervisorEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Stops the children, the last one first: each may finish its work for as long as its `shutdown`
   * allows, and is then killed. New calls fail with `ServerDisappeared` at once.
   */
  stop(): Promise<void> {
    this.#beginStop();
    this.#enqueue(() => this.#endAll((child) => child.stop()));
    return this.done;
  }

  /** Kills the children at once, also while they are being stopped. */
  kill(): void {
    this.#beginStop();
    for (const child of this.#all) child.kill();
    void this.#endAll((child) => child.stop(0));
  }

  /**
   * For `await using`: the same as stop(). Rejects if the supervisor gave up, and not for ends that
   * it survived.
   */
  [asyncDispose](): Promise<void> {
    return this.stop();
  }

  #beginStop(): void {
    if (this.#state === 'running') this.#state = 'stopping';
    this.#waits.end();
    this.#failCalls(new Failure('ServerDisappeared', 'the supervisor was stopped'));
  }

  #failCalls(failure: Failure): void {
    for (const { requester } of this.#all) requester.closeWith(failure);
  }

  /**
   * A method, because the state may change during an `await`, which TypeScript does not consider.
   */
  #isRunning(): boolean {
    return this.#state === 'running';
  }

  async #endAll(end: (child: Child) => Promise<void>): Promise<void> {
    for (const child of this.#all.toReversed()) await end(child);
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#emit({ type: 'over' });
    this.#done.resolve();
  }

  #childEnded(ended: Ended): void {
    const { child, error, failed } = ended;
    if (child.shouldRestart(failed)) this.#enqueue(() => this.#restartAfter(ended));
    else {
      // At once: a restart of other children that is under way must not include it.
      child.requester.closeWith(
        new Failure('ServerDisappeared', `${child.name} has ended`, { cause: error }),
      );
    }
  }

  // ── one at a time ──────────────────────────────────────────────────────────────────────────────

  #enqueue(step: () => Promise<void>): void {
    this.#queue = this.#queue.then(step).catch(report);
  }

  async #restartAfter({ child, error, failed }: Ended): Promise<void> {
    // It may have been restarted meanwhile, together with another child.
    if (!this.#isRunning() || child.isUp) return;
    const after = this.#restarts.next();
    if (after === undefined) {
      await this.#giveUp(child, error);
      return;
    }
    const affected = this.#restartedWith(child);
    for (const each of affected.toReversed()) await each.stop();
    if (!this.#isRunning()) return;
    const restarts = affected.filter(willRun);
    this.#emit({
      type: 'restarting',
      child: child.name,
      after,
      with: restarts.filter((each) => each !== child).map(({ name }) => name),
    });
    const restarted = this.#restart(restarts, pause(after, failed));
    // With one-for-one, a restart must not delay those of other children.
    if (this.#strategy !== 'one-for-one') await restarted;
  }

  async #restart(children: readonly Child[], paused: Promise<void> | undefined): Promise<void> {
    await this.#waits.until(paused);
    await this.#startChildren(children);
  }

  async #startChildren(children: readonly Child[]): Promise<void> {
    for (const child of children) {
      if (!this.#isRunning()) return;
      await this.#waits.until(child.start());
    }
  }

  /** Returns the children to restart, in order, without those that have ended for good. */
  #restartedWith(child: Child): Child[] {
    const from = this.#strategy === 'one-for-all' ? 0 : this.#all.indexOf(child);
    const to = this.#strategy === 'one-for-one' ? from + 1 : undefined;
    return this.#all.slice(from, to).filter(willRun);
  }

  async #giveUp(child: Child, cause: unknown): Promise<void> {
    const error = this.#restarts.tooManyRestarts(child.name, cause);
    this.#state = 'closed';
    this.#waits.end();
    this.#emit({ type: 'gave up', child: child.name, error });
    this.#failCalls(asFailure(error));
    for (const each of this.#all.toReversed()) await each.stop();
    this.#done.reject(error);
  }

  #emit(event: SupervisorEvent): void {
    for (const listener of this.#listeners) {
      reportIfThrows(() => {
        listener(event);
      });
    }
  }
}

/** Whether it has not ended for good. */
const willRun = ({ requester }: Child): boolean => !requester.isClosed;
