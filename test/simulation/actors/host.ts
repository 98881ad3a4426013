/** One instance of an actor, in a thread of its own or in that of its owner. */
import type { Agent } from '../agent.js';
import type { SimulatedWorker } from '../platform/workers.js';
import type { Target } from './target.js';

/** What is wrong with a start. */
export type StartFault =
  'none' | 'missing' | 'throws' | 'factory fails' | 'init fails' | 'dies early' | 'late';

/**
 *   starting ──its handler is ready──► up ──ended──► over
 *       └──────────ended──────────────────────────────┘
 */
export class Host {
  readonly number: number;
  readonly target: Target;
  /** The agent that it runs in. */
  readonly agent: Agent;
  /** The agent that has started it. */
  readonly creator: Agent;
  readonly worker: SimulatedWorker | undefined;
  readonly startedAt: number;
  upAt: number | undefined = undefined;
  endedAt: number | undefined = undefined;
  /** It has ended in order: what it had taken is answered, and the rest goes back. */
  hasEndedInOrder = false;
  /** Its handler was told to stop. */
  isStopping = false;
  /** When the scenario has broken it. */
  brokenAt: number | undefined = undefined;
  /** How many calls have begun here. */
  begun = 0;
  /** Generators and methods that run. */
  running = 0;

  constructor(
    number: number,
    target: Target,
    agent: Agent,
    creator: Agent,
    worker: SimulatedWorker | undefined,
  ) {
    this.number = number;
    this.target = target;
    this.agent = agent;
    this.creator = creator;
    this.worker = worker;
    this.startedAt = agent.world.now;
    agent.atDeath(() => {
      this.ended();
    });
  }

  get isUp(): boolean {
    return this.upAt !== undefined && this.endedAt === undefined;
  }

  /** It ends, or has ended. */
  get isEnding(): boolean {
    return this.hasEndedInOrder || this.isStopping || this.endedAt !== undefined;
  }

  ended(): void {
    this.endedAt ??= this.agent.world.now;
  }

  /** What happens to it after its end breaks nothing. */
  broken(): void {
    if (this.endedAt === undefined) this.brokenAt ??= this.agent.world.now;
  }

  /** Whether its thread had ended by then, and its last messages may be lost with it. */
  mayHaveLostPosts(at: number): boolean {
    return this.agent.platform.lastPostsLost > 0 && (this.endedAt ?? Infinity) <= at;
  }

  /** Whether calls may have been lost with it between these times. */
  wasLost(from: number, to: number): boolean {
    const at = this.brokenAt ?? (this.hasEndedInOrder ? undefined : this.endedAt);
    return at !== undefined && at >= from && at <= to;
  }
}
