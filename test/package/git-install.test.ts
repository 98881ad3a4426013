/** `npm install` from a Git URL gives a package with its code. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { root } from './consumer.js';

const run = promisify(execFile);

/** What npm install or a build makes. */
const MADE = new Set(['.git', 'node_modules', 'dist', 'build']);

const PROGRAM = `
import { channel } from 'ump-ng';
import { actor, remote, spawn } from 'ump-ng/actors';
const { client, server } = channel();
client.post('here');
const there = spawn(actor({ double: (n) => 2 * n }));
console.log((await server.wait()).msg, await remote(there).req.double(21));
client.close();
there.client.close();
`;

test('a package that is installed from a Git repository runs', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ump-ng-git-'));
  try {
    const origin = path.join(folder, 'origin');
    cpSync(root, origin, { recursive: true, filter: (file) => !MADE.has(path.basename(file)) });
    const git = (...args: string[]): Promise<unknown> =>
      run('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args], {
        cwd: origin,
      });
    await git('init', '--quiet');
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'as it stands');

    const consumer = path.join(folder, 'consumer');
    cpSync(path.join(root, 'LICENSE'), path.join(consumer, 'LICENSE'));
    writeFileSync(path.join(consumer, 'package.json'), '{ "private": true, "type": "module" }\n');
    const url = `git+${pathToFileURL(origin).href}`;
    // The package is built by its `prepare` script, which the steps of `npm test` otherwise skip.
    const env = { ...process.env, npm_config_ignore_scripts: 'false' };
    await run('npm', ['install', '--no-audit', '--no-fund', url], { cwd: consumer, env });

    const home = path.join(consumer, 'node_modules/ump-ng');
    const { main, types } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as {
      main: string;
      types: string;
    };
    for (const file of [main, types]) expect(existsSync(path.join(home, file))).toBe(true);
    expect(existsSync(path.join(home, 'src'))).toBe(false);
    const args = ['--input-type=module', '--eval', PROGRAM];
    const { stdout } = await run(process.execPath, args, { cwd: consumer });
    expect(stdout).toBe('here 42\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);
