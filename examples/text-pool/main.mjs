// Renders a few hundred real Markdown documents in a pool of threads, and counts what is in them:
//
//                      ┌─► renderer 1
//   documents ─► main ─┼─► renderer 2
//                 │    └─► renderer …
//                 └─► tally
//
// Five of the documents are trouble: they kill their renderer, or never end. Renderers are
// replaced, what was with them is sent again, and what kills each time is given up: all others are
// rendered. Main holds only the few texts that are being worked on.
//
// A supervisor keeps the pool and the tally running, and stops them in the end.
import { findDocuments, textOf } from './documents.mjs';
import { readOptions } from './options.mjs';
import { progressOf } from './progress.mjs';
import { ATTEMPTS, KILL_AFTER, startService } from './service.mjs';
import { showTables } from './tables.mjs';

const { workers, documents: most, timeout } = readOptions();
const documents = findDocuments(most);
console.log(`${documents.length} documents, ${workers} workers`);

// The first Ctrl-C gives up what is not done, and ends in order; the second one ends at once.
const interrupt = new AbortController();
const { signal } = interrupt;
process.on('SIGINT', () => (signal.aborted ? process.exit(130) : interrupt.abort()));

const progress = progressOf(documents.length);
const service = startService(workers, progress.happened);
const { renderers, tally } = service;
/** Texts in memory, and how many there were at most. */
const texts = { now: 0, peak: 0 };

/** @param {string} name @param {string} text */
async function render(name, text) {
  // If its worker dies for any reason, the document is sent to another one.
  const options = { idempotent: ATTEMPTS - 1, timeout, killAfter: KILL_AFTER, signal };
  const result = await renderers.tryReq({ name, text }, options);
  texts.now--;
  if (result.ok) {
    tally.post.rendered(result.value);
    progress.settled();
  } else {
    const { code, message, cause } = result.error;
    tally.post.failed({ name, code, why: cause instanceof Error ? cause.message : message });
    progress.settled(`${name} is given up: ${code}`);
  }
}

const begin = performance.now();
/** @type {Promise<void>[]} */
const all = [];
for (const document of documents) {
  const text = await textOf(document);
  texts.peak = Math.max(texts.peak, ++texts.now);
  // Backpressure: this text lies ready, and the next one is not read before there is room in the
  // pool's queue.
  await renderers.ready();
  if (signal.aborted) break;
  all.push(render(document.name, text));
}
await Promise.all(all);

const summary = await tally.req.summary();
await service.stop();
progress.end();

const stats = service.stats();
const seconds = (performance.now() - begin) / 1000;
showTables({ summary, stats, seconds, lost: progress.lost(), texts: texts.peak });

const isComplete = summary.rendered + summary.failed.length === all.length;
if (!isComplete) console.log(`${all.length} WERE BEGUN: some are lost`);
if (!isComplete) process.exitCode = 1;
if (signal.aborted) console.log(`Interrupted: ${documents.length - all.length} were not begun.`);
// As the shell says of what ends by Ctrl-C.
if (signal.aborted) process.exitCode = 130;
