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

  expect(sources.has('src/core/protocol/frames.ts')).toBe(true);
  expect(violations(sources)).toEqual([]);
});

describe('each rule bites', () => {
  test.each([
    ['src/core/errors.ts', `import './support/queue.js'`],
    ['src/core/options.ts', `import './support/queue.js'`],
    ['src/core/support/queue.ts', `import '../protocol/frames.js'`],
    ['src/core/protocol/frames.ts', `import '../errors.js'`],
    ['src/core/protocol/validate.ts', `import './values.js'`],
    ['src/core/protocol/values.ts', `import '../transport/driver.js'`],
    ['src/core/transport/driver.ts', `import '../client/client.js'`],
    ['src/core/client/client.ts', `import '../reply/reply-context.js'`],
    ['src/core/client/client.ts', `import '../server/server.js'`],
    ['src/core/client/client.ts', `import '../connect/connect.js'`],
    ['src/core/client/client.ts', `import '../channel.js'`],
    ['src/core/reply/reply-context.ts', `import '../client/client.js'`],
    ['src/core/reply/reply-context.ts', `import '../server/mailbox.js'`],
    ['src/core/server/server.ts', `import '../client/outbox.js'`],
    ['src/core/server/server.ts', `import '../connect/listen.js'`],
    ['src/core/connect/connect.ts', `import '../channel.js'`],
    ['src/core/channel.ts', `import './connect/connect.js'`],
    ['src/core/transport/ports.ts', `export * from '../../web/liveness.js'`],
    ['src/core/transport/ports.ts', `import 'node:events'`],
    ['src/core/transport/ports.ts', `import '../../index.js'`],
    ['src/core/internal.ts', `void import('../sync/wait-sync.js')`],
    ['src/web/driver.ts', `import '../node/driver.js'`],
    ['src/web/driver.ts', `import '../core/client/client.js'`],
    ['src/node/driver.ts', `import '../web/driver.js'`],
    ['src/node/driver.ts', `import '../core/server/server.js'`],
    ['src/node/driver.ts', `import '../../test/run.mjs'`],
    ['src/sync/req-sync.ts', `import '../core/client/client.js'`],
    ['src/sync/req-sync.ts', `import '../web/driver.js'`],
    ['src/actors/pools/pool.ts', `import '../../core/errors.js'`],
    ['src/actors/pools/pool.ts', `import '../../core/transport/driver.js'`],
    ['src/actors/pools/pool.ts', `import '../../node/driver.js'`],
    ['src/actors/pools/pool.ts', `import '../../index.js'`],
    ['src/actors/pools/pool.ts', `import '../../connect.js'`],
    ['src/actors/pools/pool.ts', `import '../threads/thread.js'`],
    ['src/actors/pools/pool.ts', `import '../handlers/serve.js'`],
    ['src/actors/support/report.ts', `import '../handlers/handler.js'`],
    ['src/actors/support/report.ts', `import type { A } from '../handlers/handler.js'`],
    ['src/actors/handlers/serve.ts', `import '../threads/thread.js'`],
    ['src/actors/handlers/serve.ts', `export type * from '../methods/call.js'`],
    ['src/actors/methods/remote.ts', `import '../proxies/requester-proxy.js'`],
    ['src/actors/proxies/snapshot.ts', `import type { A } from '../supervision/child.js'`],
    ['src/actors/registry/registry.ts', `import '../threads/thread.js'`],
    ['src/actors/supervision/child.ts', `import '../pools/slot.js'`],
    ['src/actors/supervision/child.ts', `import '../handlers/serve.js'`],
    ['src/actors/threads/thread.ts', `import '../supervision/child.js'`],
    ['src/actors/index.ts', `import '../core/internal.js'`],
    ['src/index.ts', `import './actors/index.js'`],
    ['src/index.ts', `import './web/driver.js'`],
    ['src/connect.ts', `import './web/endpoint.js'`],
    ['src/platform/driver.ts', `import '../web/endpoint.js'`],
    ['src/platform/endpoints.ts', `import '../web/driver.js'`],
    ['src/sync/blocking-call.ts', `import './node-blocker.js'`],
    ['src/comlink/link.ts', `import '../actors/index.js'`],
    ['src/comlink/link.ts', `import '../core/transport/driver.js'`],
    ['src/actors/references/outlet.ts', `import '../methods/remote.js'`],
    ['src/core/transport/ports.ts', `import '#platform'`],
    ['src/core/transport/driver.ts', `import '#endpoints'`],
    ['src/sync/req-sync.ts', `import '#blocker'`],
  ])('%s: %s', (file, text) => {
    expect(violations(new Map([[file, text]])).join('\n')).toContain(`${file} imports `);
  });

  test.each([
    ['src/new/file.ts', '', 'no rule says what src/new/file.ts may import'],
    ['src/actors/new.ts', '', 'no rule says what src/actors/new.ts may import'],
    ['src/sync/wait.ts', `import './index.js'`, 'imports the index of its own folder'],
    ['src/web/locks.ts', `import { type A } from './locks.js'`, 'import cycle'],
    ['src/web/locks.ts', '//\n'.repeat(301), 'over 300 lines'],
    ['src/web/locks.ts', 'install();', 'runs code when it is imported'],
    ['src/web/locks.ts', 'if (isPage()) install();', 'runs code when it is imported'],
    ['src/web/locks.ts', 'const known = new WeakMap<object, string>();', 'keeps state'],
    ['src/web/locks.ts', 'let timer: unknown;', 'keeps state'],
    ['src/web/locks.ts', 'export let count = 0;', 'keeps state'],
    ['src/web/locks.ts', 'const { performance } = globalThis;', 'the global name performance'],
    ['src/web/locks.ts', 'function close() {}', 'the global name close'],
  ])('%s: %s', (file, text, says) => {
    expect(violations(new Map([[file, text]])).join('\n')).toContain(says);
  });

  test('a name is declared in one file', () => {
    const twice = (name: string) =>
      [
        ['src/web/a.ts', `export const ${name} = 1;`],
        ['src/node/b.ts', `interface ${name} {}`],
      ] as const;
    expect(violations(new Map(twice('Place')))).toEqual([
      'Place is declared in src/web/a.ts and src/node/b.ts',
    ]);
    expect(violations(new Map(twice('createDriver')))).toEqual([]);
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

  test('so is the way through a name that depends on the platform', () => {
    const sources = new Map([
      ['src/core/transport/driver.ts', `import '#platform'`],
      ['src/web/driver.ts', `import '../core/transport/driver.js'`],
    ]);
    const cycle =
      'import cycle: src/core/transport/driver.ts -> src/web/driver.ts -> src/core/transport/driver.ts';
    expect(violations(sources)).toContain(cycle);
  });

  test('two folders of the actors that need one another are a cycle, whatever their files do', () => {
    const sources = new Map([
      ['src/actors/pools/a.ts', `import '../threads/b.js'`],
      ['src/actors/threads/c.ts', `import '../pools/d.js'`],
    ]);
    expect(violations(sources)).toContain(
      'folder cycle: src/actors/pools -> src/actors/threads -> src/actors/pools',
    );
  });

  test('types are free outside the actors', () => {
    const text = `import type { A } from '../errors.js'; export type * from '../../web/locks.js'`;
    expect(violations(new Map([['src/core/protocol/frames.ts', text]]))).toEqual([]);
  });
});
