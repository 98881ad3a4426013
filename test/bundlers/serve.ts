/** Serves a built page, or one that is built while it is served, on loopback. */
import { context } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../browsers/engines/free-port.js';
import { script, surroundings, type Bundle } from './bundles.js';

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

export async function serveFolder(servedir: string): Promise<Served> {
  const site = await context({});
  const { port } = await site.serve({ servedir, host: '127.0.0.1', port: 0 });
  return { url: `http://127.0.0.1:${port}/index.html`, close: () => site.dispose() };
}

/**
 * Starts the bundler's own server, which prints its address. Each gets a port of its own: a browser
 * caches some of its files, and must not mix them with those of another server.
 */
export async function serveProject(bundle: Bundle, cwd: string): Promise<Served> {
  const args = [...script(bundle), `--port=${await freePort()}`];
  const server = spawn(process.execPath, args, { cwd, env: surroundings });
  const ended = once(server, 'close');
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (text: string): void => {
      output += text;
      const [there] = /http:\/\/127\.0\.0\.1:\d+\//.exec(output) ?? [];
      if (there !== undefined) resolve(there);
    };
    server.stdout.setEncoding('utf8').on('data', listen);
    server.stderr.setEncoding('utf8').on('data', listen);
    ended.then(() => reject(new Error(`${bundle.name} has ended: ${output}`)), reject);
  });
  return {
    url,
    close: async () => {
      server.kill();
      await ended;
    },
  };
}
