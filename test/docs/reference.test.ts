/** `npm run docs` writes the API reference, without a warning. */
import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './markdown.js';

test('npm run docs writes a page for each entry', async () => {
  const out = mkdtempSync(path.join(tmpdir(), 'ump-ng-reference-'));
  try {
    const args = ['run', '--silent', 'docs', '--', '--out', out];
    await promisify(execFile)('npm', args, { cwd: root });
    expect(readdirSync(path.join(out, 'modules')).sort()).toEqual([
      'actors.html',
      'comlink.html',
      'index.html',
      'lanes.html',
      'sync.html',
    ]);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}, 300_000);
