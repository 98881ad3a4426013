/** A project that has installed this package as it would be published. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const tsc = path.join(root, 'node_modules/typescript/bin/tsc');

/** Makes such a project of an empty folder. */
export function installPacked(consumer: string): void {
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', consumer];
  const packed = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' });
  const [tarball] = JSON.parse(packed) as [{ filename: string }];
  writeFileSync(path.join(consumer, 'package.json'), '{ "private": true, "type": "module" }');
  const install = ['install', '--offline', '--no-audit', '--no-fund', `./${tarball.filename}`];
  execFileSync('npm', install, { cwd: consumer, stdio: 'pipe' });
}
