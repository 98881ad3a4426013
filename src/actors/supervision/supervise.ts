/**
 * A supervisor keeps its children running: what ends is started again, alone or with others, as its
 * strategy says, until that happens too often. Whatever it does it does one after the other.
 */
import { type DroppedOptions, Failure, raise, UmpError } from '../../core/internal.js';
import { Child, type Ended } from './child.js';
import type { Children, RequesterOf } from './child-spec.js';
import { report } from '../handlers/report.js';
import { pause, RestartPolicy, type RestartOptions } from './restart-policy.js';
import { RefPromise } from '../ref-promise.js';

/**
 * Which children are started again with the one that ended: none, all, or those that came after it.
 */
export type Strategy = 'one-for-one' | 'one-for-all' | 'rest-for-one';

export interface SuperviseOptions extends RestartOptions, DroppedOptions {
  /** Default `one-for-one`. */
  strategy?: Strategy | undefined;
  /** From the beginning; see {@link Supervisor.onEvent}. */
  onEvent?: ((event: SupervisorEvent) => void) | undefined;
}

/** What a supervisor tells of. `restarts`: how often that child has been started again so far. */
export type SupervisorEvent =
  | { type: 'started'; child: string; restarts: number }
  /** By itself: without an error it had nothing more to do. */
  | { type: 'ended'; child: string; error?: unknown }
  | { type: 'restarting'; child: string; after: number; with: string[] }
  /** The supervisor has ended it; `killed`: it did not end in time. */
  | { type: 'stopped'; child: string; killed: boolean }
  | { type: 'gave up'; child: string; error: UmpError }
  | { type: 'over' };

const STRATEGIES: readonly Strategy[] = ['one-for-one', 'one-for-all', 'rest-for-one'];
/**
 * Starts all children, in order.
 *
 * @throws UmpError `InvalidArgument` for options that make no sense. What `start` throws counts as an
 * end of that child.
 */
export function supervise<C extends Children>(
  children: C,
  options: SuperviseOptions = {},
): Supervisor<C> {
  const { strategy = 'one-for-one' } = options;
  const restarts = new RestartPolicy(supervise, options);
  if (!STRATEGIES.includes(strategy)) {
    raise(supervise, 'InvalidArgument', `strategy is one of ${STRATEGIES.join(', ')}`);
  }
  return new Supervisor(children, options, restarts);
}

export class Supervisor<C extends Children> {
  /**
   * One requester for each child, valid for as long as the supervisor is, whatever becomes of the
   * child.
   */
  readonly children: { readonly [K in keyof C]: RequesterOf<C[K]> };
  /**
   * Fulfils once all has ended after stop() or kill(). Rejects with an UmpError `ServerDisappeared`
   * (`cause`: how the last one ended) if children ended too often; to leave that alone is no
   * unhandled rejection: `onEvent` tells of it, and so do calls.
   */
  readonly done: Promise<void>;
  readonly #all: Child[];
  readonly #strategy: Strategy;
  readonly #listeners = new Set<(event: SupervisorEvent) => void>();
  readonly #restarts: RestartPolicy;
  #stopping = false;
  /** What goes on at once when this is stopped: see #unlessStopped(). */
  readonly #interrupts = new Set<() => void>();
  #isOver = false;
  #work: Promise<unknown> = Promise.resolve();
  #finish!: { resolve: () => void; reject: (error: UmpError) => void };

  /** @internal */
  constructor(children: C, options: SuperviseOptions, restarts: RestartPolicy) {
    this.#restarts = restarts;
    this.#strategy = options.strategy ?? 'one-for-one';
    if (options.onEvent !== undefined) this.#listeners.add(options.onEvent);
    const done = new Promise<void>((resolve, reject) => {
      this.#finish = { resolve, reject };
    });
    this.done = RefPromise.over(done);
    const tell = this.#tell.bind(this);
    const hears = (): boolean => this.#listeners.size > 0;
    const onEnd = (ended: Ended): void => {
      this.#do(() => this.#ended(ended));
    };
    this.#all = Object.entries(children).map(
      ([name, spec]) => new Child(name, spec, tell, onEnd, hears, options.onDropped),
    );
    this.children = Object.fromEntries(
      this.#all.map((child) => [child.name, child.requester]),
    ) as never;
    this.#do(() => this.#start(this.#all));
  }

  /** Told of all that happens from now on. Returns how to stop that. */
  onEvent(listener: (event: SupervisorEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Ends the children, the last first: each may finish what it has, for as long as its `shutdown`
   * says, and is killed then. New calls are refused at once.
   */
  stop(): Promise<void> {
    this.#refuse();
    this.#do(() => this.#endAll((child) => child.stop()));
    return this.done;
  }

  /** Ends the children at once, whatever is being done with them. */
  kill(): void {
    this.#refuse();
    for (const child of this.#all) child.kill();
    void this.#endAll((child) => child.stop(0));
  }

  /** No start and no pause is waited for any more. */
  #stop(): void {
    this.#stopping = true;
    for (const goOn of this.#interrupts) goOn();
    this.#interrupts.clear();
  }

  /**
   * Waits for it, but no longer than until this is stopped. A race with one promise would leave
   * something at that each time.
   */
  #unlessStopped(settles: Promise<void> | undefined): Promise<void> {
    if (settles === undefined || this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      this.#interrupts.add(resolve);
      const over = (): void => {
        this.#interrupts.delete(resolve);
        resolve();
      };
      settles.then(over, over);
    });
  }

  #refuse(): void {
    this.#stop();
    const stopped = new Failure('ServerDisappeared', 'the supervisor was stopped');
    for (const { requester } of this.#all) requester.endFor(stopped);
  }

  async #endAll(end: (child: Child) => Promise<void>): Promise<void> {
    for (const child of this.#all.toReversed()) await end(child);
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tell({ type: 'over' });
    this.#finish.resolve();
  }

  // ── what is done one after the other ───────────────────────────────────────────────────────────

  #do(what: () => Promise<void>): void {
    this.#work = this.#work.then(what).catch(report);
  }

  async #ended({ child, error, failed }: Ended): Promise<void> {
    // Meanwhile it was started again with another one.
    if (this.#stopping || child.isUp) return;
    if (!child.isToRestart(failed)) {
      child.requester.endFor(
        new Failure('ServerDisappeared', `${child.name} has ended`, { cause: error }),
      );
      return;
    }
    const after = this.#restarts.next();
    if (after === undefined) {
      await this.#giveUp(child, error);
      return;
    }
    const affected = this.#affected(child);
    for (const each of affected.toReversed()) await each.stop();
    if (this.#isStopping()) return;
    this.#tell({
      type: 'restarting',
      child: child.name,
      after,
      with: affected.filter((each) => each !== child).map(({ name }) => name),
    });
    const again = this.#startAgain(affected, after);
    // One that is started alone holds up no other.
    if (this.#strategy !== 'one-for-one') await again;
  }

  /** By now: it may have changed while something was waited for. */
  #isStopping(): boolean {
    return this.#stopping;
  }

  async #startAgain(children: readonly Child[], after: number): Promise<void> {
    await this.#unlessStopped(pause(after));
    await this.#start(children);
  }

  async #start(children: readonly Child[]): Promise<void> {
    for (const child of children) {
      if (this.#stopping) return;
      await this.#unlessStopped(child.start());
    }
  }

  /** In order; those that will not be started again apart. */
  #affected(child: Child): Child[] {
    const from = this.#strategy === 'one-for-all' ? 0 : this.#all.indexOf(child);
    const to = this.#strategy === 'one-for-one' ? from + 1 : undefined;
    return this.#all.slice(from, to).filter(({ requester }) => !requester.isEnded);
  }

  async #giveUp(child: Child, cause: unknown): Promise<void> {
    const message = `${child.name} has ended, and ${this.#restarts.tooMany}`;
    const error = new UmpError('ServerDisappeared', message, { cause });
    this.#stop();
    this.#isOver = true;
    this.#tell({ type: 'gave up', child: child.name, error });
    for (const each of this.#all)
      each.requester.endFor(new Failure(error.code, message, { cause }));
    for (const each of this.#all.toReversed()) await each.stop();
    this.#finish.reject(error);
  }

  #tell(event: SupervisorEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        report(error);
      }
    }
  }
}
