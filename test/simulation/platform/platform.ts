/** In what the simulated engines differ, as docs/browsers.md and docs/runtimes.md describe it. */
export interface Platform {
  readonly name: string;
  /** A port gets `close` when its other end was closed, or is lost with its agent. */
  readonly closeEvents: boolean;
  /** Agents are Node's threads. */
  readonly isNode: boolean;
  /** A port that is closed can be transferred. */
  readonly movesClosedPorts: boolean;
  /** What has arrived before a port is closed is delivered all the same. */
  readonly deliversAfterClose: boolean;
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
  /** Locks take longer than in any real engine. */
  readonly hasSlowLocks: boolean;
  /** The longest time that a script takes to load. */
  readonly loadDelay: number;
  /** Whether a page can go into the back/forward cache, and come back. */
  readonly keepsPages: boolean;
  /** A page in the back/forward cache has lost its locks. */
  readonly dropsLocksInCache: boolean;
  /** How long the lock of a worker stays held that is terminated while it computes. */
  readonly computingLockMs: number;
}

const web = {
  isNode: false,
  locks: true,
  messageDelay: 3,
  lockDelay: 40,
  hasSlowLocks: false,
  loadDelay: 20,
};

const chromium: Platform = {
  ...web,
  name: 'Chromium',
  computingLockMs: 2000,
  keepsPages: true,
  dropsLocksInCache: false,
  closeEvents: true,
  movesClosedPorts: true,
  deliversAfterClose: false,
  forwardLoss: 0,
  lastPostsLost: 0,
};
const firefox: Platform = {
  ...web,
  name: 'Firefox',
  computingLockMs: 0,
  // Not one that holds a lock.
  keepsPages: false,
  dropsLocksInCache: false,
  closeEvents: false,
  movesClosedPorts: false,
  deliversAfterClose: true,
  forwardLoss: 0.5,
  lastPostsLost: 0.3,
};
const webKit: Platform = {
  ...web,
  name: 'WebKit',
  computingLockMs: 0,
  keepsPages: true,
  dropsLocksInCache: true,
  closeEvents: false,
  movesClosedPorts: false,
  deliversAfterClose: false,
  forwardLoss: 0,
  lastPostsLost: 0.3,
};

export const platforms: readonly Platform[] = [chromium, firefox, webKit];

export const node: Platform = {
  name: 'Node',
  isNode: true,
  closeEvents: true,
  movesClosedPorts: false,
  deliversAfterClose: true,
  locks: false,
  forwardLoss: 0,
  lastPostsLost: 0,
  messageDelay: 1,
  lockDelay: 0,
  hasSlowLocks: false,
  loadDelay: 20,
  computingLockMs: 0,
  keepsPages: false,
  dropsLocksInCache: false,
};

/** Everything takes longer, as on a busy machine. */
export const slowly = (platform: Platform): Platform => ({
  ...platform,
  messageDelay: 10,
  lockDelay: 500,
  hasSlowLocks: platform.locks,
  loadDelay: 1000,
});
