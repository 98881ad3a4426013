/** The examples as examples/README.md lists them, and what comes out of the commands it names. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

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

export function run(command: string): Promise<Ending> {
  const [program = '', ...args] = command.split(' ');
  const env = {
    ...process.env,
    // The build is there; another one would take it from under the tests that run beside this one.
    npm_config_ignore_scripts: 'true',
    npm_config_loglevel: 'silent',
    // Jest's own flags are for Jest.
    NODE_OPTIONS: '',
  };
  // The very Node that runs the tests.
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, lines: output.split('\n').filter((line) => line.trim() !== '') });
    });
  });
}
