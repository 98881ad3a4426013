/**
 * Every entry can be imported anywhere, and chooses the layer that fits the ports that it finds, or
 * that the condition of the resolver names.
 */
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import * as threads from 'node:worker_threads';

const ENTRIES = ['index', 'sync', 'actors', 'comlink', 'lanes'];
const FORMATS = ['js', 'cjs'];
const dist = path.resolve('dist');

interface Formats {
  import: string | { module: string; default: string };
  require: string;
}
type Conditions = Record<string, Formats>;
const { imports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  imports: Record<string, Conditions>;
};

/**
 * The file that a name in one of the files of the package leads to. `conditions` are one of those
 * in package.json, and `module` if the resolver has that too.
 */
function resolve(name: string, from: string, format: string, conditions: string): string {
  if (!name.startsWith('#')) return path.resolve(path.dirname(from), name);
  const [condition, module] = conditions.split(', ');
  const target = imports[name]![condition!]!;
  if (format === 'cjs') return path.resolve(target.require);
  if (typeof target.import === 'string') return path.resolve(target.import);
  return path.resolve(module === undefined ? target.import.default : target.import.module);
}

interface Lib {
  channel(): {
    server: { close(): void };
    client: { close(): void; reqDeferred(msg: unknown): { wait(): Promise<unknown> } };
  };
  reqSync(client: unknown, msg?: unknown): unknown;
  waitSync(waited: unknown): unknown;
}

/** All exports of the entries, loaded in a context with these globals. */
async function load(
  globals: object,
  entries: string[],
  format: string,
  condition = 'default',
): Promise<Lib> {
  const context = vm.createContext(globals);
  const all = {};
  const files = new Map<string, unknown>();
  for (const entry of entries) {
    const file = path.join(dist, `${entry}.${format}`);
    Object.assign(all, format === 'cjs' ? require(file) : (await importModule(file)).namespace);
  }
  return all as Lib;

  function require(file: string): unknown {
    const known = files.get(file);
    if (known !== undefined) return known;
    const module = { exports: {} };
    files.set(file, module.exports);
    const run = vm.compileFunction(readFileSync(file, 'utf8'), ['module', 'exports', 'require'], {
      filename: file,
      parsingContext: context,
    }) as (module: object, exports: object, require: (name: string) => unknown) => void;
    run(module, module.exports, (name) => require(resolve(name, file, format, condition)));
    return module.exports;
  }

  async function importModule(file: string): Promise<vm.SourceTextModule> {
    const module = read(file);
    if (module.status === 'unlinked') {
      await module.link((name, { identifier }) =>
        read(resolve(name, identifier, format, condition)),
      );
      await module.evaluate();
    }
    return module;
  }

  function read(file: string): vm.SourceTextModule {
    const known = files.get(file) as vm.SourceTextModule | undefined;
    const module =
      known ?? new vm.SourceTextModule(readFileSync(file, 'utf8'), { context, identifier: file });
    files.set(file, module);
    return module;
  }
}

const { process } = globalThis;
class BrowserChannel {
  port1 = new BrowserPort();
  port2 = new BrowserPort();
}
class BrowserPort {
  postMessage(): void {
    // No test reads it.
  }
  addEventListener(): void {
    // The same.
  }
  start(): void {
    // The same.
  }
  close(): void {
    // The same.
  }
}
const timers = { setTimeout, clearTimeout, setImmediate, setInterval, performance };

/** The globals, and whose channels channel() uses there. */
const SURROUNDINGS: Record<string, [globals: () => object, channel: 'none' | 'Node' | 'browser']> =
  {
    'nothing at all': [() => ({}), 'none'],
    'a bundler’s process': [() => ({ process: { env: {}, browser: true } }), 'none'],
    'a process that is no object': [() => ({ process: 'process' }), 'none'],
    'a process that is null': [() => ({ process: null }), 'none'],
    'a process whose getBuiltinModule is no function': [
      () => ({ process: { getBuiltinModule: {} } }),
      'none',
    ],
    'a process that throws': [
      () => ({
        process: {
          getBuiltinModule() {
            throw new Error('not allowed');
          },
        },
      }),
      'none',
    ],
    'a process that gives nothing': [
      () => ({ process: { getBuiltinModule: () => undefined } }),
      'none',
    ],
    'a process that gives stubs': [() => ({ process: { getBuiltinModule: () => ({}) } }), 'none'],
    'locks, and no origin': [() => ({ ...timers, navigator: { locks: {} } }), 'none'],
    'a document that is simulated, without events': [() => ({ ...timers, document: {} }), 'none'],
    'a page that has Node in it': [
      () => ({ ...timers, process, document: {}, MessageChannel: BrowserChannel }),
      'browser',
    ],
    'Node with a simulated page': [() => ({ ...timers, process, document: {} }), 'Node'],
    Node: [() => ({ ...timers, process, MessageChannel: threads.MessageChannel }), 'Node'],
  };

/**
 * The conditions of bundlers for browsers: the Node layer is not even loaded. Without `module`,
 * which bundlers have and Jest has not where it simulates a page, the code decides when it runs, as
 * CommonJS does.
 */
const WITHOUT_NODE = ['browser, module', 'worker'];

describe.each(FORMATS)('%s', (format) => {
  describe.each(['default', 'node', 'browser', ...WITHOUT_NODE])('condition %s', (condition) => {
    test.each(Object.keys(SURROUNDINGS))('%s', async (name) => {
      const [globals, found] = SURROUNDINGS[name]!;
      const isForBrowsers = format !== 'cjs' && WITHOUT_NODE.includes(condition);
      const lacksNode = found === 'Node' && isForBrowsers;
      for (const entry of ENTRIES) await load(globals(), [entry], format, condition);
      const lib = await load(globals(), ENTRIES, format, condition);
      const codeOf = (call: () => unknown): unknown => {
        try {
          return call();
        } catch (error) {
          return (error as { code?: unknown }).code ?? error;
        }
      };
      if (found === 'none' || (lacksNode && !('MessageChannel' in globals()))) {
        expect(codeOf(() => lib.channel())).toBe('NotSupported');
        expect(codeOf(() => lib.reqSync({}, 1))).toBe('NotSupported');
        return;
      }
      const { client, server } = lib.channel();
      const onNode = codeOf(() => lib.reqSync(client, 1)) === 'WouldDeadlock';
      expect(onNode).toBe(found === 'Node' && !lacksNode);
      client.close();
      server.close();
    });
  });
});

test('handles of another copy are refused, and the message says why', async () => {
  const { reqSync, waitSync } = (await import('ump-ng/sync')) as unknown as Lib;
  const { introspect, serve } = await import('ump-ng/actors');
  const other = await load({ ...timers, process, MessageChannel }, ENTRIES, 'cjs');
  const { client, server } = other.channel();
  const reply = client.reqDeferred(1);
  const calls: (() => unknown)[] = [
    () => reqSync(client),
    () => waitSync(server),
    () => waitSync(reply),
    () => introspect(server as never),
    () => serve(server as never, {}),
  ];
  for (const call of calls) {
    expect(call).toThrow(/another copy/);
    expect(call).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  }
  for (const none of [undefined, null, 5, {}, 'client', () => 1]) {
    for (const call of [reqSync, waitSync]) {
      expect(() => call(none)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
    }
  }
  reply.wait().catch(() => undefined);
  client.close();
  server.close();
});
