// What the command line says.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

const DEFAULTS = {
  /** With one alone, all would wait for the document that takes too long. */
  workers: Math.max(2, availableParallelism()),
  documents: 600,
  /** Milliseconds for one document, however often it is sent again. */
  timeout: 2500,
};

const USAGE = `node examples/text-pool/main.mjs [--workers n] [--documents n] [--timeout ms]`;

/** Ends the process if it makes no sense. @returns {typeof DEFAULTS} */
export function readOptions() {
  try {
    const options = Object.fromEntries(
      Object.keys(DEFAULTS).map((name) => [name, /** @type {const} */ ({ type: 'string' })]),
    );
    const { values } = parseArgs({ options });
    const given = Object.entries(values).map(([name, value]) => [name, wholeOf(name, `${value}`)]);
    return { ...DEFAULTS, ...Object.fromEntries(given) };
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\nUsage: ${USAGE}`);
    process.exit(2);
  }
}

/** @param {string} name @param {string} text */
function wholeOf(name, text) {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${name} takes a whole number above 0`);
  return Number(text);
}
