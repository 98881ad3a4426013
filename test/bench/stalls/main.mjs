// npm run bench:stalls -- [words of a scenario]
// Growth and pauses of what comes all at once, for n, 2n and 4n.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { scenarios } from './scenarios.mjs';

const one = fileURLToPath(new URL('./one.mjs', import.meta.url));
const NUMBERS = [25_000, 50_000, 100_000];

const word = process.argv.slice(2).join(' ');
console.log(`milliseconds in all, and the longest pause of the event loop\n`);
for (const name of Object.keys(scenarios).filter((each) => each.includes(word))) {
  console.log(name);
  for (const n of NUMBERS) {
    const args = ['--expose-gc', one, name, String(n)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { took, longest } = JSON.parse(stdout);
    console.log(
      `${String(n).padStart(9)} ${took.toFixed(0).padStart(8)} ms ${longest.toFixed(0).padStart(8)} ms`,
    );
  }
}
process.exit();
