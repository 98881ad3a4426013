/** A victim of a story, and what must be true of it whatever the attacker does. */
import { channel, meter } from '../library.js';
import { isNode, surroundings, turn, within, type Port } from '../platform.js';
import { roleNamed, type Scene } from '../roles/index.js';
import { App } from './app.js';

/** How long the victim may take: only a hang takes longer. */
export const patience = {
  settleMs: 10_000,
  /** In browsers, the orphan timer of a lost peer takes 2 s. */
  leftMs: isNode ? 2000 : 6000,
};

const escaped: string[] = [];

function watchEscapes(): void {
  const note = (error: unknown): void => {
    escaped.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  if (surroundings.process?.on !== undefined) {
    surroundings.process.on('uncaughtException', note);
    surroundings.process.on('unhandledRejection', note);
  } else {
    surroundings.addEventListener?.('error', (event) => {
      event.preventDefault();
      note(event.error);
    });
    surroundings.addEventListener?.('unhandledrejection', (event) => {
      event.preventDefault();
      note(event.reason);
    });
  }
}
watchEscapes();

const prototypes = [Object, Array, Function, Error, Map, Set, Promise].map(
  ({ prototype }) => prototype as object,
);
const keys = (): string => prototypes.map((each) => Reflect.ownKeys(each).length).join();
const keysAtFirst = keys();

/** A client of another server, which no attacker knows. */
const other = channel<unknown, unknown, unknown, unknown>();
void (async () => {
  for await (const { msg, rctx } of other.server) rctx?.reply(msg);
})();

/** Ports that are open and read in this thread; undefined where that cannot be counted. */
const listeningPorts = (): number => {
  const info = surroundings.process?.getActiveResourcesInfo?.() ?? [];
  return info.filter((name) => name === 'MessagePort').length;
};

interface Left {
  transports: number;
  timers: number;
  ports: number;
}
const left = (): Left => ({
  transports: meter.transports,
  // In browsers, some timers end later, and do nothing then.
  timers: isNode ? meter.timers : 0,
  ports: listeningPorts(),
});

export class Victim {
  readonly #app: App;
  readonly #scene: Scene;
  readonly #before: Left;
  readonly #isEndless: boolean;

  constructor(role: string, isPlain = false) {
    this.#before = left();
    this.#app = new App(isPlain);
    const { begin, isEndless = false } = roleNamed(role);
    this.#isEndless = isEndless;
    this.#scene = begin(this.#app);
  }

  /** The ports whose other ends it has. */
  get lines(): readonly Port[] {
    return this.#scene.lines;
  }

  act(what: number): void {
    if (what === 0) this.#app.answerKept();
    const { acts } = this.#scene;
    const act = acts[what % Math.max(1, acts.length)];
    if (act !== undefined) this.#app.settles(`act ${what}`, act);
  }

  /** Waits until nothing more comes in. */
  async quiet(turns = 3): Promise<void> {
    for (let still = 0; still < turns; still++) {
      const before = meter.received;
      await turn();
      if (meter.received !== before) still = -1;
    }
  }

  /** What is wrong while the attacker is still there. */
  async check(): Promise<string[]> {
    const problems: string[] = [];
    const serves = async (what: string, ask: () => Promise<unknown>): Promise<void> => {
      try {
        const answer = await within(patience.settleMs, what, ask());
        if (answer !== 'honest') problems.push(`${what}: a wrong answer`);
      } catch (error) {
        problems.push(`${what}: ${String(error)}`);
      }
    };
    await serves('another connection', () => other.client.req('honest'));
    if (this.#scene.honest !== undefined) await serves('an honest client', this.#scene.honest);
    return [...problems, ...this.#escapes()];
  }

  /**
   * The application closes everything, and the attacker has left. What is wrong then. `mayWait`:
   * the victim may hold the far end of one of its own ports, and then waits for itself.
   */
  async end(mayWait = false): Promise<string[]> {
    this.#app.end();
    await this.quiet();
    const problems: string[] = [];
    const isSettled = (): boolean => this.#app.pending.size === 0;
    if (!mayWait && !(await isTrueWithin(patience.settleMs, isSettled))) {
      problems.push(`never settled: ${[...new Set(this.#app.pending.values())].join(', ')}`);
    }
    this.#app.endLast();
    const before = this.#before;
    const isGone = (): boolean => {
      const now = left();
      return (
        now.transports <= before.transports &&
        now.timers <= before.timers &&
        now.ports <= before.ports
      );
    };
    const mayKeep = mayWait || this.#isEndless;
    if (!mayKeep && !(await isTrueWithin(patience.leftMs, isGone))) {
      problems.push(`left behind: ${JSON.stringify(left())}, before ${JSON.stringify(before)}`);
    }
    if (keys() !== keysAtFirst) problems.push('a prototype was changed');
    return [...problems, ...this.#escapes()];
  }

  #escapes(): string[] {
    return escaped.splice(0).map((error) => `escaped: ${error}`);
  }
}

async function isTrueWithin(ms: number, isSo: () => boolean): Promise<boolean> {
  const start = performance.now();
  for (let turns = 0; !isSo(); turns++) {
    if (performance.now() - start > ms) return false;
    if (turns > 20) await new Promise((resolve) => surroundings.setTimeout(() => resolve(0), 5));
    else await turn();
  }
  return true;
}
