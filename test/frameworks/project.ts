/** The projects of this folder, each with the packed package and the tools of this folder. */
import { test, expect } from '@jest/globals';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPacked } from '../package/consumer.js';

const here = fileURLToPath(new URL('.', import.meta.url));
export const tools = path.join(here, 'node_modules');
/** Milliseconds, for a busy machine. */
export const LONG = 240_000;

/** Without what the runner of these tests sets for itself. */
export const env = {
  ...process.env,
  NODE_ENV: undefined,
  NODE_OPTIONS: undefined,
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
};

/** In CI, which must test everything, a missing tool is a failure. */
export function missing(what: string, cure = 'npm run test:tools'): void {
  const message = `${what} NOT INSTALLED: ${cure}`;
  if (process.env['CI'] === undefined) test.skip(message, () => undefined);
  else test(message, () => expect(message).toBe('installed'));
}

export const installed = (...names: string[]): boolean =>
  names.every((name) => existsSync(path.join(tools, name)));

/** A folder outside the project, so that only the installation leads to the package. */
export class Consumer {
  readonly #outer = mkdtempSync(path.join(tmpdir(), 'ump-ng-frameworks-'));
  readonly folder = path.join(this.#outer, 'consumer');

  constructor() {
    mkdirSync(this.folder);
    // Tools are looked for last in the parent folder of the consumer.
    symlinkSync(tools, path.join(this.#outer, 'node_modules'), 'dir');
    installPacked(this.folder);
  }

  /** Copies projects into one folder, which has a manifest of its own. */
  lay(name: string, ...projects: string[]): string {
    const folder = path.join(this.folder, name);
    for (const project of projects) {
      cpSync(path.join(here, 'projects', project), folder, { recursive: true });
    }
    if (folder !== this.folder)
      cpSync(path.join(this.folder, 'package.json'), path.join(folder, 'package.json'));
    return folder;
  }

  remove(): void {
    rmSync(this.#outer, { recursive: true, force: true });
  }
}

/** What a program printed, on both streams, and how it ended. */
export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ code: unknown; output: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env, timeout: LONG / 2 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), output: stdout + stderr });
    });
  });
}

export interface Service {
  readonly url: string;
  readonly process: ChildProcess;
  /** Fulfils with the exit code, or the signal that ended it. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a server that prints its address. */
export async function serve(
  args: readonly string[],
  cwd: string,
  more: Record<string, string> = {},
): Promise<Service> {
  const server = spawn(process.execPath, args, { cwd, env: { ...env, ...more } });
  const ended = once(server, 'close').then(([code, signal]: unknown[]) => code ?? signal);
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const look = (text: string): void => {
      output += text;
      const [there] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
      if (there !== undefined) resolve(there);
    };
    server.stdout.setEncoding('utf8').on('data', look);
    server.stderr.setEncoding('utf8').on('data', look);
    void ended.then(() => reject(new Error(`${args.join(' ')} has ended: ${output}`)));
  });
  return {
    url,
    process: server,
    ended,
    stop: async () => {
      server.kill('SIGKILL');
      await ended;
    },
  };
}
