import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { violations } from './rules.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the sources keep to the architecture', () => {
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.posix.join('src', ...file.split(path.sep)));
  const sources = new Map(files.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));

  expect(sources.has('src/core/wire.ts')).toBe(true);
  expect(violations(sources)).toEqual([]);
});

describe('each rule bites', () => {
  test.each([
    ['src/core/wire.ts', `import './errors.js'`, 'wire imports nothing'],
    ['src/core/errors.ts', `import { x } from './link.js'`, 'errors imports only wire'],
    ['src/core/judge.ts', `import './link.js'`, 'judge imports only wire'],
    ['src/core/port.ts', `export * from '../web/locks.js'`, 'core knows no other layer'],
    ['src/core/port.ts', `import 'node:events'`, 'core knows no other layer'],
    ['src/core/port.ts', `import '../index.js'`, 'core knows no other layer'],
    ['src/core/port.ts', `void import('../sync/wait.js')`, 'core knows no other layer'],
    ['src/web/locks.ts', `import '../node/exit.js'`, 'web knows nothing of node'],
    ['src/node/exit.ts', `import '../web/locks.js'`, 'node knows nothing of web'],
    ['src/core/client-line.ts', `import './reply.js'`, 'clients know no server'],
    ['src/core/reply.ts', `import './client.js'`, 'servers and replies know no client'],
    ['src/core/port.ts', `import './channel.js'`, 'only channel sees both ends'],
    [
      'src/core/port.ts',
      `import './client.js'; import './server.js'`,
      'only channel sees both ends',
    ],
    ['src/actors/pools/pool.ts', `import '../../core/link.js'`, 'actors use the public classes'],
    ['src/node/exit.ts', `import '../../test/run.mjs'`, 'src knows no tests and no examples'],
    ['src/sync/wait.ts', `import './index.js'`, 'no file imports the index of its own folder'],
    ['src/web/locks.ts', `import { type A } from './locks.js'`, 'import cycle'],
    ['src/web/locks.ts', 'void 0;\n'.repeat(301), 'over 300 lines'],
  ])('%s: %s', (file, text, says) => {
    expect(violations(new Map([[file, text]])).join('\n')).toContain(says);
  });

  test('a longer way round is a cycle too', () => {
    const sources = new Map([
      ['src/node/a.ts', `import './b.js'`],
      ['src/node/b.ts', `export { c } from './c.js'`],
      ['src/node/c.ts', `import './a.js'`],
    ]);
    const cycle = 'import cycle: src/node/a.ts -> src/node/b.ts -> src/node/c.ts -> src/node/a.ts';
    expect(violations(sources)).toEqual([cycle]);
  });

  test('types are free', () => {
    const text = `import type { A } from './errors.js'; export type * from '../web/locks.js'`;
    expect(violations(new Map([['src/core/wire.ts', text]]))).toEqual([]);
  });

  test('channel sees both ends', () => {
    const text = `import './client.js'; import './server.js'; import './reply.js'`;
    expect(violations(new Map([['src/core/channel.ts', text]]))).toEqual([]);
  });
});
