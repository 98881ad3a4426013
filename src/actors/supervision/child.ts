/**
 * One child of a supervisor or a pool, over all its restarts.
 *
 *   down ──start()──► starting ──`start` settles──► up ──stop()──► stopping ──ended, killed──► down
 *                        │                           │
 *                        │ `start` fails             │ `done` settles
 *                        ▼                           ▼
 *                       down, reported to the supervisor
 *
 * stop() in `starting` goes to `down` at once; when `start` then settles, its result is ended.
 */
import { globals, type OnDropped, UmpError } from '../../core/internal.js';
import type { ChildSpec, Running } from './child-spec.js';
import { ChildProxy } from './child-proxy.js';
import { report } from '../handlers/report.js';
import { RefPromise } from '../ref-promise.js';
import { settlesWithin } from '../settles-within.js';
import type { SupervisorEvent } from './supervisor-event.js';

const SHUTDOWN_MS = 5000;
/** How long to wait for `done` after kill(). */
const KILL_GRACE_MS = 5000;

/** A child that ended without being stopped. */
export interface Ended {
  readonly child: Child;
  readonly failed: boolean;
  readonly error?: unknown;
  /** Whether it ended because of replace(): then the end does not count towards `intensity`. */
  readonly isReplacement: boolean;
}

/** What a child reports to its supervisor or pool. */
export interface ChildOwner {
  emit(event: SupervisorEvent): void;
  childEnded(ended: Ended): void;
  /** Whether the application listens to the events. */
  readonly isObserved: () => boolean;
  readonly onDropped: OnDropped | undefined;
}

interface Up {
  readonly name: 'up';
  readonly running: Running;
  /** Whether replace() has killed it. */
  isReplaced: boolean;
}

type State =
  | { readonly name: 'down' }
  | { readonly name: 'starting' }
  | Up
  | { readonly name: 'stopping'; readonly running: Running };

const DOWN: State = { name: 'down' };

export class Child {
  readonly name: string;
  readonly requester: ChildProxy<never, never, unknown, unknown>;
  readonly #spec: ChildSpec;
  readonly #owner: ChildOwner;
  #state: State = DOWN;
  #starts = 0;
  /** The end of the last stop of a running child. */
  #stopped: Promise<void> = Promise.resolve();
  /** The end of a child that `start` returned after it was stopped. */
  #unwantedEnd: Promise<unknown> | undefined = undefined;

  constructor(name: string, spec: ChildSpec, owner: ChildOwner) {
    this.requester = new ChildProxy(Infinity, owner.onDropped);
    this.name = name;
    this.#spec = spec;
    this.#owner = owner;
  }

  get restarts(): number {
    return Math.max(0, this.#starts - 1);
  }

  get isUp(): boolean {
    return this.#state.name === 'up';
  }

  shouldRestart(failed: boolean): boolean {
    const { restart = 'permanent' } = this.#spec;
    return restart === 'permanent' || (restart === 'transient' && failed);
  }

  async start(): Promise<void> {
    this.#starts++;
    // Each start has a state of its own, which shows whether a stop() or start() came after it.
    const starting: State = { name: 'starting' };
    this.#state = starting;
    let running: Running;
    try {
      running = asRunning(await this.#spec.start());
    } catch (error) {
      if (this.#state !== starting) return;
      this.#state = DOWN;
      this.#ended({ failed: true, error, isReplacement: false });
      return;
    }
    if (this.#state === starting) this.#up(running);
    else this.#unwantedEnd = endUnwanted(running);
  }

  #up(running: Running): void {
    const up: Up = { name: 'up', running, isReplaced: false };
    this.#state = up;
    if (running.client !== undefined) this.requester.setTarget(running.client);
    this.#owner.emit({ type: 'started', child: this.name, restarts: this.restarts });
    RefPromise.withoutRef(running.done, this.#owner.isObserved).then(
      () => {
        this.#doneSettled(up, { failed: false });
      },
      (error: unknown) => {
        this.#doneSettled(up, { failed: true, error });
      },
    );
  }

  #doneSettled(up: Up, ended: Pick<Ended, 'failed' | 'error'>): void {
    if (this.#state !== up) return;
    this.#state = DOWN;
    this.requester.clearTarget();
    // A child that failed may still run: a missed heartbeat only means that it does not answer.
    if (ended.failed) kill(up.running);
    this.#ended({ ...ended, isReplacement: up.isReplaced });
  }

  #ended({ failed, error, isReplacement }: Omit<Ended, 'child'>): void {
    this.#owner.emit({ type: 'ended', child: this.name, ...(failed && { error }) });
    this.#owner.childEnded({ child: this, failed, error, isReplacement });
  }

  /** Kills the child that has this client, so that it is restarted unless it is being stopped. */
  replace(client: object): void {
    const state = this.#state;
    if (!isRunning(state) || state.running.client !== client) return;
    if (state.name === 'up') state.isReplaced = state.running.kill !== undefined;
    kill(state.running);
  }

  /** Kills the child, also while it is being stopped. */
  kill(): void {
    if (isRunning(this.#state)) kill(this.#state.running);
  }

  /**
   * Asks the child to end, and kills it after `graceMs` milliseconds. Fulfils when it has ended, or
   * KILL_GRACE_MS after it was killed.
   */
  async stop(graceMs = this.#spec.shutdown ?? SHUTDOWN_MS): Promise<void> {
    const state = this.#state;
    if (state.name === 'up') {
      this.#stopped = this.#stopRunning(state.running, graceMs);
      await this.#stopped;
      return;
    }
    if (state.name === 'stopping') {
      if (graceMs === 0) kill(state.running);
      await settlesWithin(this.#stopped, graceMs + KILL_GRACE_MS);
      return;
    }
    if (state.name === 'starting') {
      this.#state = DOWN;
      // A `start` that needs only a moment is waited for, and then the end of what it started.
      await new Promise<void>((resolve) => globals.setTimeout(resolve, 0));
    }
    await this.#unwantedEnd;
    this.#unwantedEnd = undefined;
  }

  async #stopRunning(running: Running, graceMs: number): Promise<void> {
    const stopping: State = { name: 'stopping', running };
    this.#state = stopping;
    this.requester.clearTarget();
    const killed = graceMs === 0 || !(await settlesWithin(askToEnd(running), graceMs));
    if (killed) kill(running);
    close(running);
    if (killed && running.kill !== undefined) await settlesWithin(running.done, KILL_GRACE_MS);
    if (this.#state === stopping) this.#state = DOWN;
    this.#owner.emit({ type: 'stopped', child: this.name, killed });
  }
}

const isRunning = (state: State): state is Extract<State, { running: Running }> =>
  state.name === 'up' || state.name === 'stopping';

/** An error that the application's own `kill()` throws must not stop the supervision. */
function kill(running: Running): void {
  try {
    running.kill?.();
  } catch (error) {
    report(error);
  }
}

function close(running: Running): void {
  try {
    running.client?.close();
  } catch (error) {
    report(error);
  }
}

function askToEnd(running: Running): Promise<unknown> {
  if (running.stop === undefined) close(running);
  else
    void Promise.resolve(running)
      .then((asked) => asked.stop?.())
      .catch(report);
  return running.done;
}

/** Ends a child that was stopped before it had started; fulfils when it has ended. */
function endUnwanted(running: Running): Promise<unknown> {
  const done = askToEnd(running);
  close(running);
  kill(running);
  return settlesWithin(done, KILL_GRACE_MS);
}

function asRunning(started: Running | undefined): Running {
  const done = started?.done as Partial<Promise<unknown>> | undefined;
  if (started !== undefined && typeof done?.then === 'function') return started;
  throw new UmpError('InvalidArgument', 'start() must return an object with a `done` promise');
}
