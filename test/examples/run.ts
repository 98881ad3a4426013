/** Reads the examples from examples/README.md, and runs their commands. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { COLUMNS, Screen } from './screen.js';

const root = path.resolve(import.meta.dirname, '../..');

export const README = 'examples/README.md';

/** One row of the table: `| [name](its file) | what it shows | its commands |`. */
const ROW = /^\| \[([\w-]+)\]\(([^)]+)\) *\|[^|]*\|([^|]*)\|$/gm;

export interface Example {
  name: string;
  file: string;
  commands: readonly string[];
}

export const examples: readonly Example[] = [
  ...readFileSync(path.join(root, README), 'utf8').matchAll(ROW),
].map(([, name = '', file = '', cell = '']) => ({
  name,
  file: path.join('examples', file),
  commands: [...cell.matchAll(/`([^`]+)`/g)].map(([, command = '']) => command),
}));

export interface Ending {
  code: number | null;
  /** The lines of stdout and stderr, without blank ones. */
  lines: readonly string[];
}

/** `interruptAt`: sends Ctrl-C once, when the output contains this text. */
export function run(command: string, { interruptAt = '' } = {}): Promise<Ending> {
  const child = begin(command);
  let output = '';
  let toInterrupt = interruptAt !== '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (!toInterrupt || !output.includes(interruptAt)) return;
      toInterrupt = false;
      child.kill('SIGINT');
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, lines: output.split('\n').filter((line) => line.trim() !== '') });
    });
  });
}

export interface Served {
  url: string;
  stop(): Promise<void>;
}

/** Runs a server until it is stopped; it prints its address. */
export async function serve(command: string): Promise<Served> {
  // In a process group of its own, so that the children of npm end with it.
  const child = begin(command, { detached: true });
  const ended = once(child, 'close');
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const [there] = /http:\/\/127\.0\.0\.1:\d+\/(?=\n)/.exec(said) ?? [];
        if (there !== undefined) resolve(there);
      });
    }
    ended.then(() => reject(new Error(`it has ended: ${said}`)), reject);
  });
  return {
    url,
    stop: async () => {
      if (child.pid !== undefined) process.kill(-child.pid);
      await ended;
    },
  };
}

export interface TerminalEnding extends Ending {
  screen: Screen;
}

/**
 * Runs on a terminal. `interruptAt`: types Ctrl-C when the screen shows this text. `look` gets each
 * screen.
 */
export async function runOnTerminal(
  command: string,
  { interruptAt = '', look = (_: Screen): void => undefined } = {},
): Promise<TerminalEnding> {
  // `script` of util-linux, part of every Debian, runs the command on a terminal and prints its
  // output.
  const sized = `stty cols ${COLUMNS} rows 24; exec ${command}`;
  const child = spawn('script', ['-qec', sized, '/dev/null'], {
    cwd: root,
    env: environment(),
    stdio: 'pipe',
  });
  const screen = new Screen();
  screen.look = () => look(screen);
  let toInterrupt = interruptAt !== '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen.write(text);
    if (!toInterrupt || !screen.lines.some((line) => line.includes(interruptAt))) return;
    toInterrupt = false;
    child.stdin.write('\x03');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, screen, lines: screen.lines.filter((line) => line.trim() !== '') };
}

function begin(command: string, options: { detached?: boolean } = {}) {
  const [program = '', ...args] = command.split(' ');
  // The same Node that runs the tests.
  return spawn(program === 'node' ? process.execPath : program, args, {
    ...options,
    cwd: root,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    // Already built; another build would break the tests that run at the same time.
    npm_config_ignore_scripts: 'true',
    npm_config_loglevel: 'silent',
    // Without Jest's own flags.
    NODE_OPTIONS: '',
  };
}
