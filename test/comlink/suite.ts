/** Comlink's own tests, as its package has them, with ump-ng/comlink in the place of Comlink. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = process.cwd();
const theirs = path.join(root, 'node_modules/comlink/tests');

/** It sends a message of Comlink's own protocol, and expects that it changes all prototypes. */
export const LEFT_OUT = ['accepts messages from matching origin'];

/** Its tests give a message a millisecond to arrive, which is not enough in WebKit. */
const patient = (code: string): string =>
  code.replaceAll('setTimeout(resolve, 1)', 'setTimeout(resolve, 50)');

const withOurs = (code: string): string =>
  patient(code)
    .replaceAll('/base/dist/esm/comlink.mjs', 'ump-ng/comlink')
    .replace(
      'importScripts("/base/dist/umd/comlink.js");',
      "import * as Comlink from 'ump-ng/comlink';",
    );

const scriptIn = (html: string): string => /<script[^>]*>(.*)<\/script>/s.exec(html)?.[1] ?? '';

/**
 * Writes the tests and their fixtures into a folder of the project, where packages are found by
 * name. Returns the scripts, by the path at which a page expects them.
 */
export function writeSuite(name: string): ReadonlyMap<string, string> {
  const folder = path.join(root, 'build/comlink-suite', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const scripts = new Map<string, string>();
  const write = (file: string, served: string, code: string): void => {
    const target = path.join(folder, `${path.parse(file).name}.mjs`);
    writeFileSync(target, withOurs(code));
    scripts.set(served, target);
  };
  const read = (file: string): string => readFileSync(path.join(theirs, file), 'utf8');
  const tests = readdirSync(theirs).filter((file) => file.endsWith('.test.js'));
  for (const file of tests) write(file, `tests/${file}`, read(file));
  for (const file of readdirSync(path.join(theirs, 'fixtures'))) {
    const code = read(`fixtures/${file}`);
    const script = file.endsWith('.html') ? scriptIn(code) : code;
    write(file, `base/tests/fixtures/${path.parse(file).name}`, script);
  }
  const main = [
    `import { run } from '../../../test/comlink/mocha.mjs';`,
    ...tests.map((file) => `await import('./${path.parse(file).name}.mjs');`),
    `globalThis.runSuite = () => run(${JSON.stringify(LEFT_OUT)});`,
  ];
  write('main.js', 'suite', main.join('\n'));
  return scripts;
}
