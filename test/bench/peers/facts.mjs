// The outcome of a call when something goes wrong, in ump-ng and its peers: the table that
// docs/comparison.md quotes. Every cell is observed here, each in a process of its own.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { probes, WATCHED } from './probes.mjs';

const PEERS = ['ump-ng', 'ump-ng/comlink', 'comlink', 'birpc', 'workerpool', 'piscina'];
const LONGEST = 10 * WATCHED;
const [, file, peer, probe] = process.argv;

const root = path.join(import.meta.dirname, '../../..');

/** Not by its package.json's path: few export it. */
function version(name) {
  if (name.startsWith('ump-ng'))
    return JSON.parse(readFileSync(path.join(root, 'package.json'))).version;
  const entry = createRequire(import.meta.url).resolve(name);
  const folder = entry.slice(0, entry.lastIndexOf(`node_modules/${name}/`));
  return JSON.parse(readFileSync(`${folder}node_modules/${name}/package.json`)).version;
}

function observe(peer, probe) {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [file, peer, probe],
      { timeout: LONGEST },
      (error, stdout, stderr) => {
        const told = stdout.trim();
        const crash = stderr
          .split('\n')
          .find((line) => /error/i.test(line))
          ?.trim();
        done(told === '' ? `the process ends (${crash ?? error?.code ?? 'no answer'})` : told);
      },
    );
  });
}

if (peer === undefined) {
  console.log(`Node ${process.version}; a call is watched for ${WATCHED / 1000} s.\n`);
  console.log(`| | ${PEERS.map((name) => `${name} ${version(name)}`).join(' | ')} |`);
  console.log(`| --- |${' --- |'.repeat(PEERS.length)}`);
  for (const name of Object.keys(probes)) {
    const cells = await Promise.all(PEERS.map((peer) => observe(peer, name)));
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
} else {
  const adapter = await import(`./adapters/${peer.replace('-ng/', '-')}.mjs`);
  const broken = path.join(import.meta.dirname, 'broken-worker.mjs');
  console.log(await probes[probe]({ ...adapter, broken }));
  process.exit();
}
