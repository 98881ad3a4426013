/** Starting a thread from a script. */
import { isObject, ownGlobal, raise } from '../../core/internal.js';
import type { WorkerLike } from '../../connect.js';
import { nodeProcess } from '../support/node-process.js';

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
/** What Vite's dev server gives for an import of `./x.ts?worker&url`, which it builds as well. */
const IMPORTED = /[?&]worker_file\b/;

/** The form that bundlers build. It is in parts, because some find it in texts, too. */
const built = (): string =>
  ['spawnWorker(new Worker', "(new URL('./x.ts', import.meta.url), { type: 'module' }))"].join('');

const urlOf = (script: Script): string => (typeof script === 'string' ? script : script.href);

const isInBrowser = (): boolean =>
  nodeProcess()?.getBuiltinModule === undefined &&
  ownGlobal('Deno') === undefined &&
  ownGlobal('Bun') === undefined;

/**
 * Throws `InvalidArgument` unless the options are undefined, or an object beside a script; and if a
 * browser is to run a TypeScript file.
 */
export function checkWorkerOptions(stackStartFn: unknown, worker: unknown, options: unknown): void {
  const url = isScript(worker) ? urlOf(worker) : '';
  // A browser would load the page itself as the script.
  if (worker === '') raise(stackStartFn, 'InvalidArgument', 'the URL of the script is empty');
  if (TYPESCRIPT.test(url) && !IMPORTED.test(url) && isInBrowser()) {
    const message = `bundlers build no worker from the URL of a TypeScript file: write ${built()}`;
    raise(stackStartFn, 'InvalidArgument', message);
  }
  if (options === undefined) return;
  if (!isObject(options)) {
    raise(stackStartFn, 'InvalidArgument', '`worker` must be an object: the options of a Worker');
  }
  if (!isScript(worker)) {
    const message = '`worker` has the options of a Worker that is made from a script';
    raise(stackStartFn, 'InvalidArgument', message);
  }
}

type WorkerClass = new (script: Script, options?: object) => WorkerLike;

/** How much of a URL is shown: a `data:` URL contains the whole script. */
const MAX_URL = 200;

/** What a browser resolves a path against: the page, or the script that runs in this worker. */
interface BrowserGlobals {
  readonly URL: new (url: string, base?: string) => UrlLike;
  readonly document?: { readonly baseURI: string };
  readonly location?: UrlLike;
}

interface ErrorTarget {
  addEventListener(
    type: 'error',
    listener: (event: { message?: string }) => void,
    options: { once: true },
  ): void;
}

/**
 * Gives a message to the event of a script that cannot be loaded: browsers give it none. The
 * listener comes before that of the connection, whose error contains the message.
 */
function explainLoadFailure(worker: ErrorTarget, script: Script): void {
  const { URL, document, location } = globalThis as unknown as BrowserGlobals;
  const { href } = new URL(urlOf(script), document?.baseURI ?? location?.href);
  const shown = href.length > MAX_URL ? `${href.slice(0, MAX_URL)}…` : href;
  const text =
    `${shown}, or a module that it imports, is missing or is not JavaScript; ` +
    `if a bundler builds this page, write ${built()}`;
  const explain = (event: { message?: string }): void => {
    event.message ??= text;
  };
  worker.addEventListener('error', explain, { once: true });
}

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
    if (WebWorker === undefined) return new Worker(script, options);
    const worker = new WebWorker(script, { type: 'module', ...options });
    if (isInBrowser()) explainLoadFailure(worker as unknown as ErrorTarget, script);
    return worker;
  } catch (cause) {
    const { name, message } = cause as Error;
    const code = name === 'DataCloneError' ? 'DataClone' : 'InvalidArgument';
    return raise(stackStartFn, code, `the Worker cannot be started: ${message}`, { cause });
  }
}
