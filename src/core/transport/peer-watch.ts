/**
 * Detects that the peer of a connection is lost where its transport does not report that: the agent
 * at the other end has died, or its port has.
 *
 *   on its way ──HELLO──► arrived ──its agent id──► identified ──close()──► closed
 *       │                    └─────────────close()─────────────────────────────┤
 *       └──────────────────────────────────close()─────────────────────────────┘
 *
 * Until the peer has said HELLO, its port may still be on its way, passed on from agent to agent.
 * A young agent says HELLO before it has an id by which it can be watched. If the agent that last
 * had the port dies before the id is known, an orphan timer starts: if no id and no report of
 * another holder comes before it expires, the peer counts as lost.
 */
import { afterArrived, MIN_SILENT_TURNS, startDeadline } from './deadlines.js';
import { liveness } from './driver.js';
import type { LivenessFrame } from '../protocol/frames.js';

/**
 * How long the orphan timer runs. If another agent has the port by now, its HELLO, or the report
 * that the port has arrived there, comes within this time, unless that agent computes for longer.
 */
const ORPHAN_GRACE_MS = 2000;

const isOwn = (agentId: string): boolean => agentId === liveness()?.agentId;

export class PeerWatch {
  /** The id of the agent at the other end, or of the one that the peer's port is on its way to. */
  agentId: string | undefined;
  readonly #onLost: () => void;
  #state: 'on its way' | 'arrived' | 'identified' | 'closed' = 'on its way';
  /** The agent that has the peer's port as far as is known, while the peer is not identified. */
  #holder: string | undefined;
  /** While the port is on its way: the peer whose agent has had it first, or will get it. */
  #parent: PeerWatch | undefined;
  /** Those that wait until the agent of this peer is known: see inheritHolder(). */
  readonly #heirs = new Set<PeerWatch>();
  #stopAgent: (() => void) | undefined;
  #stopHolders: (() => void) | undefined;
  #stopTimer: (() => void) | undefined;

  constructor(onLost: () => void) {
    this.#onLost = onLost;
  }

  /** The peer is in this agent from now on. */
  watchAgent(agentId: string | undefined): void {
    if (agentId === undefined || this.#state === 'closed') return;
    if (this.#state === 'arrived') this.#identified();
    this.#stopAgent?.();
    this.agentId = agentId;
    this.#passOn(agentId);
    this.#stopAgent = liveness()?.watch(agentId, () => {
      afterArrived(this.#onLost);
    });
  }

  /**
   * The agent `holder` has the peer's port, or `sender` is sending it there. If either dies before
   * anything more is heard, the port may be lost with it.
   */
  watchHolder(holder: string, sender = holder): void {
    if (this.#state !== 'on its way') return;
    this.#forgetHolders();
    if (isOwn(holder) && sender === holder) {
      // It waits in this agent, until it can be sent to the one that the other peer is in.
      if (this.#parent !== undefined) this.inheritHolder(this.#parent);
      return;
    }
    this.#holder = holder;
    this.#passOn(holder);
    const stops = [...new Set([holder, sender])].map((agentId) =>
      liveness()?.watch(agentId, () => {
        this.startOrphanTimer();
      }),
    );
    this.#stopHolders = () => {
      for (const stop of stops) stop?.();
    };
  }

  /**
   * The agent of another peer has this peer's port, or has had it first: it counts as the holder
   * until another is reported, as soon as that agent is known.
   */
  inheritHolder(parent: PeerWatch): void {
    if (liveness() === undefined || this.#state !== 'on its way') return;
    this.#parent = parent;
    const holder = parent.agentId ?? parent.#holder;
    if (holder === undefined) parent.#heirs.add(this);
    else if (this.agentId === undefined && this.#holder === undefined && !isOwn(holder)) {
      this.watchHolder(holder);
    }
  }

  #passOn(holder: string): void {
    for (const heir of this.#heirs) if (heir.#holder === undefined) heir.watchHolder(holder);
    this.#heirs.clear();
  }

  /** Like {@link watchHolder}, but a report that came over the connection itself is newer. */
  learnHolder([, , holder, , , sender]: LivenessFrame): void {
    if (holder !== undefined && this.#stopHolders === undefined) this.watchHolder(holder, sender);
  }

  /** The peer's port may be lost. */
  startOrphanTimer(): void {
    if (this.#state !== 'on its way' && this.#state !== 'arrived') return;
    this.#stopTimer ??= startDeadline(ORPHAN_GRACE_MS, MIN_SILENT_TURNS, this.#onLost);
  }

  /** The peer has said HELLO, with the id of its agent if that is known by now. */
  arrived(agentId: string | undefined): void {
    this.#state = 'arrived';
    this.#parent = undefined;
    this.watchAgent(agentId);
    // The agent to which the port was on its way is watched already. Without liveness, none has an
    // id, and the ports themselves report a death.
    if (this.agentId !== undefined || liveness() === undefined) this.#identified();
  }

  #identified(): void {
    this.#state = 'identified';
    this.#forgetHolders();
  }

  /** The connection is closed. Its transport may still need to know that the peer's agent dies. */
  close(): void {
    this.#state = 'closed';
    this.#parent = undefined;
    this.#forgetHolders();
    // Their agent is not known, and will not be.
    for (const heir of this.#heirs) heir.startOrphanTimer();
    this.#heirs.clear();
  }

  /** The transport has ended as well. */
  stop(): void {
    this.#stopAgent?.();
  }

  #forgetHolders(): void {
    this.#stopHolders?.();
    this.#stopTimer?.();
    this.#stopHolders = this.#stopTimer = this.#holder = undefined;
  }
}
