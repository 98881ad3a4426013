/** Serves the test pages on loopback: bundled scripts and the few documents that load them. */
import { build } from 'esbuild';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const root = process.cwd();

export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

/** With this query, a page is served with a policy that forbids workers and frames. */
const STRICT = 'strict';
/** With this query, a page can be stored in the back-forward cache. */
const KEPT = 'kept';

/** With this query, a page is sent once `/release` was asked for. */
const HELD = 'held';

/** With this query, the markup of a page defines globals of these names in every possible way. */
const CLOBBERED = 'clobbered';
const NAMES =
  'SharedWorkerGlobalScope ServiceWorkerGlobalScope DedicatedWorkerGlobalScope ServiceWorker SharedWorker ' +
  'Deno Bun reportError MessageChannel FinalizationRegistry navigator document crypto origin structuredClone';
const CLOBBERING =
  NAMES.split(' ')
    .map((name) => `<p id="${name}"></p><a id="${name}"></a><img name="${name}">`)
    .join('') +
  '<iframe name="DedicatedWorkerGlobalScope"></iframe><object id="Deno"></object>' +
  '<form id="process"><input name="getBuiltinModule"><input name="versions"></form>';

const page = (script: string): string =>
  `<!doctype html><meta charset="utf-8"><title>${script}</title><link rel="icon" href="data:,">
<script type="module" src="/${script}.js"></script>`;

const folder = path.join(root, 'test/browsers/pages');

const source = (file: string): string => path.join(root, 'src', file);

/** The page of the fuzzer, with the sources of the package as for a browser. */
export const serveFuzzer = (): Promise<Site> =>
  serveBundles(new Map([['fuzz', path.join(root, 'test/fuzz/page.ts')]]), {
    '#platform': source('web/driver.ts'),
    '#endpoints': source('web/endpoint.ts'),
  });

/**
 * Each script of `test/browsers/pages` as `/name.js`, and as `/name.html` the page that loads it.
 */
export async function serveSite(): Promise<Site> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts'));
  return serveBundles(
    new Map(files.map((file) => [path.basename(file, '.ts'), path.join(folder, file)])),
  );
}

/**
 * The same for other scripts, by name. `alias`: files in the place of what they import.
 */
export async function serveBundles(
  scripts: ReadonlyMap<string, string>,
  alias: Readonly<Record<string, string>> = {},
): Promise<Site> {
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(scripts),
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    outdir: '/',
    absWorkingDir: root,
    alias,
    tsconfigRaw: {},
    // The package's `sideEffects: false` applies to the library, not to the scripts of its tests.
    ignoreAnnotations: true,
  });
  const files = new Map<string, [type: string, body: string]>();
  for (const { path: file, text } of outputFiles) files.set(file, ['text/javascript', text]);
  for (const name of scripts.keys()) files.set(`/${name}.html`, ['text/html', page(name)]);
  files.set('/syntax-error.js', ['text/javascript', 'this is no script']);
  files.set('/throws.js', [
    'text/javascript',
    `throw new Error('this failure to load is part of the test')`,
  ]);

  files.set('/plain.js', ['text/plain', files.get('/server.js')?.[1] ?? '']);

  const held: (() => void)[] = [];
  const server = createServer((request, response) => {
    const [name = '', query = ''] = request.url?.split('?') ?? [];
    if (name === '/release') for (const send of held.splice(0)) send();
    const [type, body] = files.get(name) ?? ['text/plain', undefined];
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': `${type}; charset=utf-8`,
      // A page that must not be stored is not restored.
      ...(query !== KEPT && { 'cache-control': 'no-store' }),
      // Cross-origin isolation, so that memory can be shared.
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'cross-origin',
      // For sandboxed frames, whose origin is opaque.
      'access-control-allow-origin': '*',
      ...(query === STRICT && {
        'content-security-policy': "worker-src 'none'; frame-src 'none'",
      }),
    });
    const markup = query === CLOBBERED ? body?.replace('<script', `${CLOBBERING}<script`) : body;
    const send = (): void => void response.end(markup ?? 'not found');
    if (query === HELD) held.push(send);
    else send();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
