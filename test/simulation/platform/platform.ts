/** In what the simulated engines differ, as docs/browsers.md and docs/runtimes.md describe it. */
export interface Platform {
  readonly name: string;
  /** A port gets `close` when its other end was closed, or is lost with its agent. */
  readonly closeEvents: boolean;
  /** Agents hold Web Locks, and can wait for those of others. */
  readonly locks: boolean;
  /**
   * A port that an agent forwarded just before it died is lost, and with it what was sent through
   * it: the probability.
   */
  readonly forwardLoss: number;
  /** Messages that an agent posted in its last moment are lost: the probability. */
  readonly lastPostsLost: number;
  /** The longest time, in milliseconds, that a message or the news of a death is on its way. */
  readonly messageDelay: number;
  readonly lockDelay: number;
}

const web = { locks: true, messageDelay: 3, lockDelay: 40 };

export const platforms: readonly Platform[] = [
  { ...web, name: 'Chromium', closeEvents: true, forwardLoss: 0, lastPostsLost: 0 },
  { ...web, name: 'Firefox', closeEvents: false, forwardLoss: 0.5, lastPostsLost: 0.3 },
  { ...web, name: 'WebKit', closeEvents: false, forwardLoss: 0, lastPostsLost: 0.3 },
];
