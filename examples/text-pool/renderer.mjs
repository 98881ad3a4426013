// One worker of the pool: gets a text, answers what was found in it. A plain handler, since the
// pool is to be told more of each call (`idempotent`, `killAfter`) than remote() passes on.
import { serveWorker } from 'ump-ng/actors';
import { analyse } from './analysis.mjs';
import { suffer } from './trouble.mjs';

/** @typedef {import('./messages.d.ts').Text} Text */
/** @typedef {import('./messages.d.ts').Rendered} Rendered */

/** @param {import('./messages.d.ts').RendererInit} init */
function renderer(init) {
  const attempts = new Int32Array(init.attempts);
  return {
    /** @param {Text} document @param {import('ump-ng').ReplyContext<Rendered>} rctx */
    async req({ name, text }, rctx) {
      const start = performance.now();
      await suffer(text, attempts);
      const found = analyse(text);
      rctx.reply({ name, ms: performance.now() - start, ...found });
    },
  };
}

void serveWorker(renderer);
