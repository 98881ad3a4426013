/** The examples as examples/README.md lists them, and what comes out of the commands it names. */
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
  /** What it wrote, to stdout and to stderr, without the blank lines. */
  lines: readonly string[];
}

/** `interruptAt`: Ctrl-C is pressed, once, when it has written that. */
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

/** For what goes on until it is stopped, and says where it can be visited. */
export async function serve(command: string): Promise<Served> {
  // In a group of its own: what npm starts must end with it.
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

/** On a terminal; `interruptAt`: Ctrl-C is typed there when it shows that. `look` sees all that one sees there. */
export async function runOnTerminal(
  command: string,
  { interruptAt = '', look = (_: Screen): void => undefined } = {},
): Promise<TerminalEnding> {
  // Of util-linux, which every Debian has: gives it a terminal, and us what appears there.
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
  // The very Node that runs the tests.
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
    // The build is there; another one would take it from under the tests that run beside this one.
    npm_config_ignore_scripts: 'true',
    npm_config_loglevel: 'silent',
    // Jest's own flags are for Jest.
    NODE_OPTIONS: '',
  };
}
