/** Windows and the documents in them: pages, frames, what leaves a document, and its return. */
import { Agent, running } from '../agent.js';
import { cloneMessage } from './clone.js';
import { SimulatedPort } from './ports.js';
import { TaskQueue } from '../task-queue.js';

/** A window as the documents see it that may post to it: what shows a document, now or later. */
export class SimulatedWindow {
  /** Undefined while its document is being loaded: what is posted then is lost. */
  document: Agent | undefined;
  closed = false;
  readonly parent: SimulatedWindow | undefined;
  #queue: TaskQueue | undefined;

  constructor(parent?: SimulatedWindow) {
    this.parent = parent;
  }

  get window(): this {
    return this;
  }

  /** Only a document of the same origin may ask. */
  get origin(): string {
    const { origin } = this.document ?? { origin: running.agent?.origin };
    if (origin !== running.agent?.origin) throw new DOMException('blocked', 'SecurityError');
    return origin!;
  }

  show(document: Agent): void {
    this.document = document;
    this.#queue = new TaskQueue(document);
  }

  postMessage(message: unknown, targetOrigin: string, transfer: readonly object[] = []): void {
    const sender = running.agent!;
    const moved = cloneMessage(message, transfer, (port) => port.detach(sender));
    const ports = moved.transfer.filter((each) => each instanceof SimulatedPort);
    const { document } = this;
    const lose = (): void => {
      for (const port of ports) port.lose();
    };
    if (document?.isAlive !== true) {
      lose();
      return;
    }
    const { world } = sender;
    const stopWatching = document.atDeath(lose);
    world.tellMessage(() => `${sender.name} posts to the window of ${document.name}`);
    this.#queue!.add(world.now + world.random.next() * sender.platform.messageDelay, () => {
      stopWatching();
      if (targetOrigin !== '*' && targetOrigin !== document.origin) {
        lose();
        return;
      }
      for (const port of ports) port.own(document);
      const { origin, window: source } = sender;
      document.scope.emit({ type: 'message', data: moved.data, ports, origin, source });
    });
  }
}

/** Shows a document in the window, whose script runs after some time. */
export function load(
  target: SimulatedWindow,
  name: string,
  origin: string,
  creator: Agent,
  script: (document: Agent) => void,
): Agent {
  const { world, platform } = creator;
  const document = new Agent(world, platform, 'page', name, origin, false);
  document.window = target;
  document.after(world.random.next() * platform.loadDelay, () => {
    if (target.closed) return;
    target.show(document);
    document.isReady = true;
    script(document);
  });
  return document;
}

/** The document leaves its window: it is told, and then it ends. */
export async function unload(document: Agent): Promise<void> {
  if (!document.isAlive) return;
  document.leavesOrderly = true;
  document.departures++;
  if (document.window?.document === document) document.window.document = undefined;
  await document.run(() => {
    if (document.isReady) document.scope.emit({ type: 'pagehide', persisted: false });
  });
  document.end();
}

/** The document goes into the back/forward cache. */
export async function freeze(document: Agent): Promise<void> {
  document.departures++;
  await document.run(() => {
    document.scope.emit({ type: 'pagehide', persisted: true });
  });
  document.busyUntil = Infinity;
  for (const port of document.ports) port.cache();
  if (document.platform.dropsLocksInCache) document.world.locksOf(document.origin).drop(document);
}

export async function thaw(document: Agent): Promise<void> {
  document.busyUntil = 0;
  await document.run(() => {
    document.scope.emit({ type: 'pageshow', persisted: true });
  });
}
