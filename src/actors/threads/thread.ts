/** Starting a thread, and noticing or causing its end. */
import { ownGlobal, raise } from '../../core/internal.js';
import type { WorkerLike } from '../../connect.js';
import { nodeProcess } from '../support/node-process.js';
import { settlesWithin } from '../support/settles-within.js';

/** The part of URL that is used, declared structurally. */
export interface UrlLike {
  readonly href: string;
}

/** The script of a thread: its URL, or a path as the platform's Worker takes it. */
export type Script = string | UrlLike;

export const isScript = (value: unknown): value is Script =>
  typeof value === 'string' || typeof (value as Partial<UrlLike> | undefined)?.href === 'string';

/**
 * Options of the platform's own Worker. Each platform ignores those that it does not know; it may
 * have others than the ones that are listed here.
 */
export interface ThreadOptions {
  /** The name of the thread, for debuggers. */
  name?: string | undefined;
  /** Web Workers: the kind of the script; default `module`. */
  type?: 'classic' | 'module' | undefined;
  /** Browsers: which credentials the request for the script carries. */
  credentials?: 'omit' | 'same-origin' | 'include' | undefined;
  /** Node: `process.argv` of the thread after its first two elements. */
  argv?: readonly unknown[] | undefined;
  /** Node: `process.env` of the thread, or `SHARE_ENV`. */
  env?: Readonly<Record<string, string | undefined>> | symbol | undefined;
  /** Node: the script is code, not a path. */
  eval?: boolean | undefined;
  /** Node: the command line options of the thread. */
  execArgv?: readonly string[] | undefined;
  /** Node: a thread that exceeds one of them ends with an error. */
  resourceLimits?: Readonly<Record<string, number | undefined>> | undefined;
  /** Node: `worker.stdin` provides the standard input of the thread. */
  stdin?: boolean | undefined;
  /** Node: the output of the thread goes to `worker.stdout` alone. */
  stdout?: boolean | undefined;
  /** Node: the error output of the thread goes to `worker.stderr` alone. */
  stderr?: boolean | undefined;
  /** Node: copied to the `workerData` of the thread. */
  workerData?: unknown;
  [option: string]: unknown;
}

/**
 * A TypeScript file, also as the `data:` URL that Vite makes of a small one. Only dev servers make
 * such a URL run in a browser: bundlers build no worker from it unless `new Worker()` is around it.
 */
const TYPESCRIPT = /^data:video\/mp2t|^[^?#]*\.[cm]?tsx?([?#]|$)/;

const runsTypeScript = (): boolean =>
  nodeProcess()?.getBuiltinModule !== undefined ||
  ownGlobal('Deno') !== undefined ||
  ownGlobal('Bun') !== undefined;

/**
 * Throws `InvalidArgument` unless the options are undefined, or an object beside a script; and if a
 * browser is to run a TypeScript file.
 */
export function checkWorkerOptions(stackStartFn: unknown, worker: unknown, options: unknown): void {
  const url = isScript(worker) ? (typeof worker === 'string' ? worker : worker.href) : '';
  if (TYPESCRIPT.test(url) && !runsTypeScript()) {
    const form = "new Worker(new URL('./x.ts', import.meta.url), { type: 'module' })";
    const message = `bundlers build no worker from the URL of a TypeScript file: pass ${form}`;
    raise(stackStartFn, 'InvalidArgument', message);
  }
  if (options === undefined) return;
  if (typeof options !== 'object' || options === null) {
    raise(stackStartFn, 'InvalidArgument', '`worker` must be an object: the options of a Worker');
  }
  if (!isScript(worker)) {
    const message = '`worker` has the options of a Worker that is made from a script';
    raise(stackStartFn, 'InvalidArgument', message);
  }
}

type WorkerClass = new (script: Script, options?: object) => WorkerLike;

/**
 * Starts a thread that runs the script as a module, unless `options` say otherwise; in Node the
 * file name and package.json say whether it is one. Throws `NotSupported` where there are no
 * workers; `DataClone` if a part of `options` cannot be cloned, `InvalidArgument` if the platform
 * refuses the script or the options otherwise.
 */
export function startThread(
  stackStartFn: unknown,
  script: Script,
  options: ThreadOptions | undefined,
): WorkerLike {
  const WebWorker = ownGlobal('Worker') as WorkerClass | undefined;
  const Worker =
    WebWorker ??
    (nodeProcess()?.getBuiltinModule?.('node:worker_threads').Worker as WorkerClass | undefined);
  if (Worker === undefined)
    return raise(stackStartFn, 'NotSupported', 'this platform has no workers');
  try {
    return new Worker(script, WebWorker === undefined ? options : { type: 'module', ...options });
  } catch (cause) {
    const { name, message } = cause as Error;
    const code = name === 'DataCloneError' ? 'DataClone' : 'InvalidArgument';
    return raise(stackStartFn, code, `the Worker cannot be started: ${message}`, { cause });
  }
}

/** A Worker that emits an event at its end: `exit` in Node, `close` for Bun's Web Workers. */
interface WorkerWithExit {
  readonly threadId: number;
  once?(event: 'exit', listener: (code: number) => void): void;
  addEventListener(event: 'close', listener: (event: { readonly code?: number }) => void): void;
}

/**
 * Returns a promise that fulfils with the exit code when the thread has ended; call it before the
 * thread can have ended. Returns undefined in browsers and for Deno's Web Workers: they emit no
 * event at their end, and run until they are terminated.
 */
export function exitOf(worker: WorkerLike): Promise<number | undefined> | undefined {
  if (!('threadId' in worker)) return undefined;
  const thread = worker as unknown as WorkerWithExit;
  if (thread.threadId < 0) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    if (thread.once !== undefined) thread.once('exit', resolve);
    else {
      thread.addEventListener('close', ({ code }) => {
        resolve(code);
      });
    }
  });
}

/** Whether a thread with this result of exitOf() ends when nothing keeps it running. */
const endsByItself = (
  exit: Promise<number | undefined> | undefined,
): exit is Promise<number | undefined> => exit !== undefined && ownGlobal('Deno') === undefined;

/** Whether the application listens for errors of the thread. One listener is this package's own. */
export const hasErrorListener = (worker: WorkerLike): boolean =>
  ((worker as { listenerCount?(event: 'error'): number }).listenerCount?.('error') ?? 0) > 1;

/** In Node, the output of a thread arrives in a stream, which is piped to that of the process. */
interface WorkerOutput {
  readonly readableEnded?: boolean;
  /** Null if nothing reads the stream. */
  readonly readableFlowing?: boolean | null;
  once?(event: 'end' | 'close', listener: () => void): void;
}

interface WorkerWithOutput extends WorkerLike {
  readonly stdout?: WorkerOutput | null;
  readonly stderr?: WorkerOutput | null;
}

/** The end of what a thread that has ended has printed, if something reads it. */
function outputEnd(output: WorkerOutput | null | undefined): Promise<void> | undefined {
  if (output?.once === undefined || output.readableEnded !== false) return undefined;
  if (typeof output.readableFlowing !== 'boolean') return undefined;
  return new Promise((resolve) => {
    output.once?.('end', resolve);
    output.once?.('close', resolve);
  });
}

/** How long a platform may take to emit the end of a thread that was terminated. */
const TERMINATION_MS = 2000;

/**
 * Fulfils when the thread has ended: by itself within `graceMs` milliseconds, after which as many
 * are allowed for its output; or because it is terminated then. Returns its exit code, or undefined
 * if the platform does not tell. Does not keep a process alive.
 */
export async function endThread(
  worker: WorkerLike,
  exit: Promise<number | undefined> | undefined,
  graceMs: number,
): Promise<number | undefined> {
  const mayEndByItself = endsByItself(exit) && graceMs > 0;
  if (mayEndByItself && (await settlesWithin(exit, graceMs, false))) {
    const { stdout, stderr } = worker as WorkerWithOutput;
    await settlesWithin(Promise.all([outputEnd(stdout), outputEnd(stderr)]), graceMs, false);
    return exit;
  }
  worker.terminate();
  return exit !== undefined && (await settlesWithin(exit, TERMINATION_MS, false))
    ? exit
    : undefined;
}
