/**
 * One child of a supervisor or a pool, over all its restarts.
 *
 *   down ──start()──► starting ──`start` settles──► up ──stop()──► stopping ──ended, killed──► down
 *                        │                           │
 *                        │ `start` fails             │ `done` settles
 *                        ▼                           ▼
 *                       down, reported to the supervisor
 *
 * A child that is up takes calls: at once, or, where the owner waits for that, once it has started.
 * replace() changes `up` to `replacing`, which ends as `up` does; the child is then restarted.
 * stop() in `starting` goes to `down` at once; when `start` then settles, its result is ended.
 */
import { natives, type OnDropped, UmpError } from '../../core/internal.js';
import type { CheckedSpec } from './check-children.js';
import { CHILD_SHUTDOWN_MS, type Running } from './child-spec.js';
import { ChildProxy } from './child-proxy.js';
import {
  askToEnd,
  asRunning,
  closeClient,
  endUnwanted,
  giveUp,
  kill,
  KILL_GRACE_MS,
} from './running.js';
import { RefPromise } from '../support/ref-promise.js';
import { settlesWithin } from '../support/settles-within.js';
import { unreadReturned } from '../support/unread-returned.js';
import type { SupervisorEvent } from './supervisor-event.js';

/** A child that ended without being stopped. */
export interface Ended {
  readonly child: Child;
  readonly failed: boolean;
  readonly error?: unknown;
  /** Whether it took calls before. */
  readonly wasReady: boolean;
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
  /** Whether a child takes calls only once it has started. */
  readonly awaitsStarted: boolean;
  /** The child takes calls from now on. */
  childReady?(child: Child): void;
}

/** Each run has an object of its own, so that a late end of an earlier run is recognized. */
interface Up {
  /** In `replacing`, replace() has killed it, and its end does not count towards `intensity`. */
  name: 'up' | 'replacing';
  readonly running: Running;
  /** Whether it takes calls. */
  isReady: boolean;
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
  readonly #spec: CheckedSpec;
  readonly #owner: ChildOwner;
  #state: State = DOWN;
  #starts = 0;
  /** The end of the calls of its last run, if some were pending: later calls follow them. */
  #lastCalls: Promise<unknown> | undefined = undefined;
  /** The end of the last stop of a running child. */
  #stopped: Promise<void> = Promise.resolve();
  /** How long a child may take to end if `start` returns it only after stop(). */
  #unwantedGraceMs = 0;
  /** Such a child, and its end. */
  #unwanted: { readonly running: Running; readonly end: Promise<unknown> } | undefined = undefined;

  constructor(name: string, spec: CheckedSpec, owner: ChildOwner) {
    this.requester = new ChildProxy(Infinity, owner.onDropped);
    this.name = name;
    this.#spec = spec;
    this.#owner = owner;
  }

  get restarts(): number {
    return Math.max(0, this.#starts - 1);
  }

  get isUp(): boolean {
    return isUp(this.#state);
  }

  shouldRestart(failed: boolean): boolean {
    const { restart = 'permanent' } = this.#spec;
    return restart === 'permanent' || (restart === 'transient' && failed);
  }

  /** `beforeReady`: what to wait for, once it has started, before it takes calls. */
  async start(beforeReady?: () => Promise<void>): Promise<void> {
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
      this.#ended({ failed: true, error, wasReady: false, isReplacement: false });
      return;
    }
    if (this.#state === starting) this.#up(running, beforeReady);
    else this.#unwanted = { running, end: endUnwanted(running, this.#unwantedGraceMs) };
  }

  #up(running: Running, beforeReady?: () => Promise<void>): void {
    const up: Up = { name: 'up', running, isReady: false };
    this.#state = up;
    const onReady = (): void => {
      this.#ready(up);
    };
    const started = this.#owner.awaitsStarted ? running.started : undefined;
    const lastCalls = this.#lastCalls;
    this.#lastCalls = undefined;
    if ((started ?? beforeReady ?? lastCalls) === undefined) onReady();
    else {
      // If it rejects, `done` reports the failure.
      void RefPromise.withoutRef(started ?? Promise.resolve())
        .then(() => lastCalls)
        .then(() => (this.#state === up ? beforeReady?.() : undefined))
        .then(onReady, () => undefined);
    }
    RefPromise.withoutRef(running.done, this.#owner.isObserved).then(
      () => {
        this.#doneSettled(up, { failed: false });
      },
      (error: unknown) => {
        this.#doneSettled(up, { failed: true, error });
      },
    );
  }

  #ready(up: Up): void {
    if (this.#state !== up) return;
    up.isReady = true;
    if (up.running.client !== undefined) this.requester.setTarget(up.running.client);
    this.#owner.childReady?.(this);
    this.#owner.emit({ type: 'started', child: this.name, restarts: this.restarts });
  }

  #doneSettled(up: Up, ended: Pick<Ended, 'failed' | 'error'>): void {
    if (this.#state !== up) return;
    this.#state = DOWN;
    this.requester.clearTarget();
    this.#lastCalls = unreadReturned(up.running.client, KILL_GRACE_MS);
    // A child that failed may still run: a missed heartbeat only means that it does not answer.
    if (ended.failed) kill(up.running);
    this.#ended({ ...ended, wasReady: up.isReady, isReplacement: up.name === 'replacing' });
  }

  #ended(ended: Omit<Ended, 'child'>): void {
    const { failed, error } = ended;
    this.#owner.emit({ type: 'ended', child: this.name, ...(failed && { error }) });
    this.#owner.childEnded({ child: this, ...ended });
  }

  /** The bytes of memory that it uses; rejects with `NotSupported` if it cannot tell. */
  memory(): Promise<number> {
    const memory = isUp(this.#state) ? this.#state.running.memory?.() : undefined;
    return memory ?? Promise.reject(new UmpError('NotSupported'));
  }

  /** Kills the child that has this client, so that it is restarted unless it is being stopped. */
  replace(client: object): void {
    const state = this.#state;
    if (!isRunning(state) || state.running.client !== client) return;
    if (state.name === 'up' && state.running.kill !== undefined) state.name = 'replacing';
    kill(state.running);
  }

  /** Kills the child, also while it is being stopped. */
  kill(): void {
    if (isRunning(this.#state)) kill(this.#state.running);
    if (this.#unwanted !== undefined) kill(this.#unwanted.running);
  }

  /**
   * Asks the child to end, and kills it after `graceMs` milliseconds. Fulfils when it has ended, or
   * KILL_GRACE_MS after it was killed.
   */
  async stop(graceMs = this.#spec.shutdown ?? CHILD_SHUTDOWN_MS): Promise<void> {
    const state = this.#state;
    if (isUp(state)) {
      this.#stopped = this.#stopRunning(state.running, graceMs);
      await this.#stopped;
      return;
    }
    if (state.name === 'stopping') {
      if (graceMs === 0) {
        kill(state.running);
        if (state.running.kill === undefined) giveUp(state.running);
      }
      await settlesWithin(this.#stopped, graceMs + KILL_GRACE_MS);
      return;
    }
    this.#unwantedGraceMs = graceMs;
    if (state.name === 'starting') {
      this.#state = DOWN;
      // A `start` that needs only a moment is waited for, and then the end of what it started.
      await new Promise<void>((resolve) => natives().setTimeout(resolve, 0));
    }
    const unwanted = this.#unwanted;
    await unwanted?.end;
    if (this.#unwanted === unwanted) this.#unwanted = undefined;
  }

  async #stopRunning(running: Running, graceMs: number): Promise<void> {
    const stopping: State = { name: 'stopping', running };
    this.#state = stopping;
    this.requester.clearTarget();
    RefPromise.limitEnd(running.done, graceMs);
    const killed = graceMs === 0 || !(await settlesWithin(askToEnd(running), graceMs));
    if (killed) kill(running);
    else this.#lastCalls = unreadReturned(running.client, KILL_GRACE_MS);
    closeClient(running);
    if (killed && running.kill !== undefined) await settlesWithin(running.done, KILL_GRACE_MS);
    if (killed) giveUp(running);
    if (this.#state === stopping) this.#state = DOWN;
    this.#owner.emit({ type: 'stopped', child: this.name, killed });
  }
}

const isRunning = (state: State): state is Extract<State, { running: Running }> =>
  isUp(state) || state.name === 'stopping';

const isUp = (state: State): state is Up => state.name === 'up' || state.name === 'replacing';
