// Sends requests about its share of the chunks, and adds the replies up.
import { workerData } from 'node:worker_threads';
import { Client, PostClient } from 'ump-ng';
import { now } from './clock.mjs';
import { addLines, addWords, nothing, sum } from './counting.mjs';

/** The number of chunks with pending requests. */
const AT_A_TIME = 16;

/** @type {Client<never, import('./messages.d.ts').Question, import('./messages.d.ts').Answer>} */
const service = Client.from(workerData.service);
/** @type {PostClient<import('./messages.d.ts').Report>} */
const report = PostClient.from(workerData.report);

const total = nothing();

/** @param {import('./messages.d.ts').Question} question */
async function ask(question) {
  const asked = now();
  const answer = await service.req(question);
  const answered = now();
  let words = 0;
  if (answer.ask === 'words') {
    addWords(total.words, answer.words);
    words = sum(answer.words);
  } else addLines(total.lines, answer.lines);
  report.post({ type: 'answered', by: answer.by, words, asked, answered });
}

const chunks = workerData.share.values();
async function lane() {
  for (const chunk of chunks) {
    await Promise.all([ask({ ask: 'lines', chunk }), ask({ ask: 'words', chunk })]);
  }
  // All requests are sent, so the server need not wait for this client any longer. Pending
  // requests are still answered.
  service.close();
}
await Promise.all(Array.from({ length: AT_A_TIME }, lane));

report.post({ type: 'total', ...total });
report.close();
