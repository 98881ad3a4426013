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
import { liveness, type StandIn } from './driver.js';
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
  /** The holder was not reported, but taken over from another peer: see takeHolderFrom(). */
  #isProvisional = false;
  /** The watches that wait until the agent of this peer is known: see takeHolderFrom(). */
  readonly #dependents = new Set<PeerWatch>();
  /** Ends the wait among the dependents of another peer. */
  #leaveParent: (() => void) | undefined;
  #standIn: StandIn | undefined;
  #stopAgent: (() => void) | undefined;
  #stopHolders: (() => void) | undefined;
  #stopTimer: (() => void) | undefined;

  constructor(onLost: () => void) {
    this.#onLost = onLost;
  }

  get isIdentified(): boolean {
    return this.#state === 'identified';
  }

  /**
   * The holder to name for ports that are sent to this peer. As long as the peer is not
   * identified, it is a stand-in, which counts as gone when the transport has ended: the peer has
   * read the ports by then, or never will.
   */
  get receiverId(): string | undefined {
    if (this.isIdentified || this.#state === 'closed') return this.agentId;
    return (this.#standIn ??= liveness()?.standIn())?.agentId ?? this.agentId;
  }

  /** The peer is in the agent with this id from now on. */
  watchAgent(agentId: string | undefined): void {
    if (agentId === undefined || this.#state === 'closed') return;
    if (this.#state === 'arrived') this.#identified();
    this.#stopAgent?.();
    this.agentId = agentId;
    this.#passOn(agentId);
    this.#dependents.clear();
    this.#stopAgent = liveness()?.watch(agentId, () => {
      afterArrived(this.#onLost);
    });
  }

  /**
   * The agent `holder` has the peer's port, or `sender` is sending it there. If either dies before
   * anything more is heard, the port may be lost with it.
   */
  watchHolder(holder: string, sender = holder): void {
    if (!this.#isUnidentified) return;
    const isHere = isOwn(holder) && sender === holder;
    // It waits in this agent until it can be sent to the one from which the holder was inherited.
    if (isHere && this.#isProvisional) return;
    this.#forgetHolders();
    if (isHere) return;
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
   * This peer's port is with the agent of the peer `parent`, or came from there. As soon as that
   * agent is known, it counts as the holder, until another holder is reported.
   */
  takeHolderFrom(parent: PeerWatch): void {
    // Otherwise the ports themselves report a death.
    if (liveness() === undefined) return;
    const holder = parent.agentId ?? parent.#holder;
    if (holder !== undefined) this.#takeHolder(holder);
    if (parent.agentId === undefined && this.#isUnidentified) {
      const dependents = parent.#dependents.add(this);
      this.#leaveParent = () => dependents.delete(this);
    }
  }

  #takeHolder(holder: string): void {
    const isReported = this.#holder !== undefined && !this.#isProvisional;
    if (this.agentId !== undefined || isReported) return;
    if (isOwn(holder)) this.#forgetHolders();
    else {
      this.watchHolder(holder);
      this.#isProvisional = true;
    }
  }

  #passOn(holder: string): void {
    for (const dependent of this.#dependents) dependent.#takeHolder(holder);
  }

  /** This peer is lost before its agent is known: so may be the ports that come from it. */
  startDependentTimers(): void {
    for (const dependent of this.#dependents) {
      if (dependent.agentId === undefined && dependent.#holder === undefined)
        dependent.startOrphanTimer();
    }
    this.#dependents.clear();
  }

  /** Like {@link watchHolder}, but a report that came over the connection itself is newer. */
  learnHolder([, , holder, , , sender]: LivenessFrame): void {
    if (holder === undefined || (this.#holder !== undefined && !this.#isProvisional)) return;
    this.watchHolder(holder, sender);
  }

  get #isUnidentified(): boolean {
    return this.#state === 'on its way' || this.#state === 'arrived';
  }

  /** The peer's port may be lost. */
  startOrphanTimer(): void {
    if (!this.#isUnidentified && this.#stopHolders === undefined) return;
    this.#stopTimer ??= startDeadline(ORPHAN_GRACE_MS, MIN_SILENT_TURNS, this.#onLost);
  }

  /** The peer has said HELLO, with the id of its agent if that is known by now. */
  arrived(agentId: string | undefined): void {
    this.#state = 'arrived';
    this.watchAgent(agentId);
    // The agent to which the port was on its way is watched already. Without liveness, none has an
    // id, and the ports themselves report a death.
    if (this.agentId !== undefined || liveness() === undefined) this.#identified();
  }

  #identified(): void {
    this.#state = 'identified';
    this.#forgetHolders();
    this.#leaveParent?.();
  }

  /**
   * The connection is closed. Its transport may still need to know that the peer's agent dies, or
   * that the peer's port is lost together with the ports that were sent to it.
   */
  close(): void {
    this.#state = 'closed';
    if (this.#standIn === undefined) this.#forgetHolders();
    this.#leaveParent?.();
    this.#dependents.clear();
  }

  /** The transport has ended as well. */
  stop(): void {
    this.#forgetHolders();
    this.#stopAgent?.();
    this.#standIn?.end();
  }

  #forgetHolders(): void {
    this.#stopHolders?.();
    this.#stopTimer?.();
    this.#stopHolders = this.#stopTimer = this.#holder = undefined;
    this.#isProvisional = false;
  }
}
