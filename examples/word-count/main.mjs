// Counts the words and lines of a few megabytes of prose, by one service and three clients of it:
//
//   client 1 ─┐                 ┌─► helper 1
//   client 2 ─┼─► coordinator ──┼─► helper 2
//   client 3 ─┘                 └─► helper 3
//      ▲ └───────────────────────────┘ answers
//
// A coordinator answers the quick questions itself, and hands the slow ones on, with the right to
// answer: helpers reply straight to the clients, and go on doing so when the coordinator has long
// gone.
//
// Each client, the coordinator and each helper is a thread of its own, and all of them end by
// themselves when they have nothing left to do. The main thread starts and connects them; then it
// shows the progress.
import { isDeepStrictEqual } from 'node:util';
import { Worker } from 'node:worker_threads';
import { channel, connect } from 'ump-ng';
import { now } from './clock.mjs';
import { cut, readCorpus } from './corpus.mjs';
import { addLines, addWords, countLines, countWords, nothing, sum } from './counting.mjs';
import { progressOf } from './progress.mjs';
import { Tally } from './tally.mjs';

const HELPERS = 3;
const CLIENTS = 3;
const CHUNK = 32 * 1024;

const count = (number) => number.toLocaleString('en');
const seconds = (from) => `${((now() - from) / 1000).toFixed(1)} s`;

/**
 * @param {string} file
 * @param {object} data
 * @param {import('node:worker_threads').MessagePort[]} ports
 */
const start = (file, data, ports = []) =>
  new Worker(new URL(file, import.meta.url), { workerData: data, transferList: ports });

const corpus = readCorpus();
const chunks = cut(corpus.text, CHUNK);
const megabytes = (Buffer.byteLength(corpus.text) / 1e6).toFixed(1);
console.log(`${megabytes} MB of prose from ${corpus.files} files, in ${chunks.length} chunks`);
console.log(`1 coordinator, ${HELPERS} helpers, ${CLIENTS} clients, each a thread`);

const begin = now();

// The coordinator gets a client of every helper, …
const helpers = Array.from({ length: HELPERS }, (_, n) =>
  connect(start('helper.mjs', { name: `helper ${n + 1}` })).transfer(),
);
const coordinator = start('coordinator.mjs', { chunks, helpers }, helpers);

// … and every client one of the coordinator, with another to report by.
const service = connect(coordinator);
/**
 * @type {{
 *   server: import('ump-ng').Server<import('./messages.d.ts').Report>,
 *   client: import('ump-ng').Client
 * }}
 */
const { server: desk, client: report } = channel();
for (let first = 0; first < CLIENTS; first++) {
  const share = [...chunks.keys()].filter((chunk) => chunk % CLIENTS === first);
  const ports = { service: service.clone().transfer(), report: report.postOnly().transfer() };
  start('client.mjs', { share, ...ports }, Object.values(ports));
}
// From here on only these clients count: the coordinator and this server end with them.
service.close();
report.close();

const questions = 2 * chunks.length;
const progress = progressOf(questions);
const tally = new Tally();
coordinator.once('exit', () => {
  tally.exitedAt = now();
  const open = questions - tally.size;
  progress.note(`      The coordinator has exited. Answers still to come: ${open}`);
});

const total = nothing();
for await (const { msg } of desk) {
  if (msg.type === 'answered') {
    tally.add(msg);
    progress.show(tally.size, () => `${tally}`);
  } else {
    addWords(total.words, msg.words);
    addLines(total.lines, msg.lines);
  }
}
const { words, lines } = total;
console.log(`Counted in ${seconds(begin)}.\n\n${tally.table()}\n`);

const top = [...words].sort(([, a], [, b]) => b - a).slice(0, 10);
console.log(`words      ${count(sum(words))}, ${count(words.size)} of them different`);
console.log(`most used  ${top.map(([word, n]) => `${word} ${count(n)}`).join(', ')}`);
console.log(`lines      ${count(lines.lines)}, ${count(lines.empty)} of them empty`);
console.log(`longest    ${count(lines.longest)} characters\n`);

const alone = now();
const expected = { words: countWords(corpus.text), lines: countLines(corpus.text) };
const same = isDeepStrictEqual(total, expected);
const verdict = same ? 'the same totals' : 'OTHER TOTALS: the service has miscounted';
console.log(`One thread alone takes ${seconds(alone)}, and finds ${verdict}.`);
process.exitCode = same ? 0 : 1;
