// How much CPU two threads take that block and have nothing to do: one in reqSync(), the other in
// waitSync(). Prints the share of one core.
import { reqSync } from 'ump-ng/sync';
import { connect } from 'ump-ng';
import { spawn } from './spawn.mjs';

const MILLISECONDS = 10_000;
/** The engine goes on compiling and collecting for a while. */
const SETTLING = 3000;

const client = connect(spawn('ump-keeps'));
reqSync(client, 'answer');
block(SETTLING);
const before = process.cpuUsage();
const start = performance.now();
block(MILLISECONDS);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000 / (performance.now() - start));
process.exit();

function block(timeout) {
  try {
    reqSync(client, 'keep', { timeout });
  } catch (error) {
    if (error.code !== 'Timeout') throw error;
  }
}
