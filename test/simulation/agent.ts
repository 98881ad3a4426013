/**
 * A simulated agent: a page or a worker, with an event loop of its own and the state that the
 * library keeps for each thread.
 */
import { currentThread } from '../../src/core/support/per-thread.js';
import { Emitter } from './platform/emitter.js';
import { canBeWatched } from './platform/locks.js';
import type { NodeModules } from './platform/node-modules.js';
import type { Platform } from './platform/platform.js';
import type { SimulatedPort } from './platform/ports.js';
import type { SimulatedWindow } from './platform/windows.js';
import { TaskQueue } from './task-queue.js';
import type { World } from './world.js';

export type Kind = 'page' | 'worker' | 'shared' | 'thread';

/** The state that the library keeps outside any agent, such as at import. */
const NO_AGENT: unknown[] = currentThread.states;

const MAX_TRAFFIC = 30;

/** The agent whose code runs. */
export const running: { agent: Agent | undefined } = { agent: undefined };

/** Fulfils once all microtasks have run. */
const microtasks = (): Promise<void> => new Promise((done) => setImmediate(done));

export class Agent {
  readonly world: World;
  readonly platform: Platform;
  readonly name: string;
  readonly kind: Kind;
  readonly origin: string;
  /** The events of its global object, such as `pagehide` or `message`. */
  readonly scope = new Emitter();
  isAlive = true;
  /** Its script has run. */
  isReady: boolean;
  /** It computes until then: none of its tasks can run. */
  busyUntil = 0;
  /** The ports that it has: they are lost with it. */
  readonly ports = new Set<SimulatedPort>();
  /** Timers that have not fired. */
  readonly timers = new Map<number, TaskQueue>();
  readonly #states: unknown[] = [];
  readonly #atDeath = new Set<() => void>();
  #lastTimer = 0;
  #immediates: TaskQueue | undefined;

  /** What its process is, and what node:worker_threads exports; undefined in a browser. */
  node: NodeModules | undefined;

  /** Where a document is shown. */
  window: SimulatedWindow | undefined;
  /** The browser lets it end in its own time: what it posts last arrives. */
  leavesOrderly = false;
  /** If it is hostile: the last arrays that went through its ports. */
  readonly traffic: unknown[][] = [];
  /** Its lock was slow, and it ended without one. */
  endedUnseen = false;
  /** How often its page was left, which ends what it is connected to. */
  departures = 0;

  constructor(
    world: World,
    platform: Platform,
    kind: Kind,
    name: string,
    origin: string,
    isReady = kind === 'page',
  ) {
    this.world = world;
    this.platform = platform;
    this.kind = kind;
    this.name = name;
    this.origin = origin;
    this.isReady = isReady;
    world.agents.push(this);
  }

  /** It has sent or received this. */
  overhear(message: unknown): void {
    if (!Array.isArray(message)) return;
    if (this.traffic.length >= MAX_TRAFFIC) this.traffic.shift();
    this.traffic.push(message);
  }

  /** Whether code can run in it now. */
  get canRun(): boolean {
    return this.isAlive && this.isReady && this.busyUntil <= this.world.now;
  }

  /** Runs code of this agent, and the microtasks that follow from it. */
  async run(code: () => void): Promise<void> {
    if (!this.isAlive) return;
    running.agent = this;
    currentThread.states = this.#states;
    try {
      code();
    } catch (error) {
      this.uncaught(error);
    }
    await microtasks();
    this.node?.turned();
    running.agent = undefined;
    currentThread.states = NO_AGENT;
  }

  /** Calls back in a task of its own, after `ms` milliseconds at least. */
  after(ms: number, call: () => void): void {
    if (this.isAlive) new TaskQueue(this).add(this.world.now + ms, call);
  }

  get hasImmediates(): boolean {
    return (this.#immediates?.at ?? -1) >= 0;
  }

  /** Calls back when nothing else is due in this agent. */
  immediate(call: () => void): void {
    if (!this.isAlive) return;
    this.#immediates ??= new TaskQueue(this, true);
    this.#immediates.add(this.world.now, call);
  }

  startTimer(call: () => void, ms: number): number {
    const id = ++this.#lastTimer;
    const queue = new TaskQueue(this);
    this.timers.set(id, queue);
    queue.add(this.world.now + Math.max(0, ms), () => {
      this.timers.delete(id);
      call();
    });
    return id;
  }

  stopTimer(id: number): void {
    this.timers.get(id)?.clear();
    this.timers.delete(id);
  }

  uncaught(error: unknown): void {
    this.world.uncaught.push({ agent: this, error });
  }

  /** `died` is called when this agent has ended. */
  atDeath(died: () => void): () => void {
    if (this.isAlive) this.#atDeath.add(died);
    else died();
    return () => this.#atDeath.delete(died);
  }

  /** Ends it at once, without a word. */
  end(): void {
    if (!this.isAlive) return;
    this.endedUnseen = this.platform.hasSlowLocks && this.isReady && !canBeWatched(this);
    this.isAlive = false;
    this.#immediates?.clear();
    this.world.tell(`${this.name} ends`);
    for (const timer of this.timers.values()) timer.clear();
    this.timers.clear();
    for (const port of [...this.ports]) port.lose();
    for (const died of [...this.#atDeath]) died();
    this.#states.length = 0;
  }
}
