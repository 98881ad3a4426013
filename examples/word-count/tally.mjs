// The replies of each thread, as a table.

/** @typedef {import('./messages.d.ts').Answered} Answered */

const HEAD = ['answered by', 'requests', 'words', "after coordinator's exit", 'median', 'slowest'];

export class Tally {
  /** When the coordinator's thread ended. */
  exitedAt = Infinity;
  /** @type {Answered[]} */
  #answers = [];

  /** @param {Answered} answer */
  add(answer) {
    this.#answers.push(answer);
  }

  get size() {
    return this.#answers.length;
  }

  /** `coordinator 12, helper 1 4, …` */
  toString() {
    return this.#byName()
      .map(([name, answers]) => `${name}: ${answers.length}`)
      .join(', ');
  }

  table() {
    const rows = this.#byName().map(([name, answers]) => this.#row(name, answers));
    return format([HEAD, ...rows, this.#row('all', this.#answers)]);
  }

  /** @returns {[string, Answered[]][]} */
  #byName() {
    const names = [...new Set(this.#answers.map(({ by }) => by))].sort();
    return names.map((name) => [name, this.#answers.filter(({ by }) => by === name)]);
  }

  /** @param {string} name @param {Answered[]} answers */
  #row(name, answers) {
    const times = answers.map(({ asked, answered }) => answered - asked).sort((a, b) => a - b);
    const words = answers.reduce((sum, answer) => sum + answer.words, 0);
    const late = answers.filter(({ answered }) => answered > this.exitedAt).length;
    return [
      name,
      ...[answers.length, words, late].map((number) => number.toLocaleString('en')),
      ...[times[times.length >> 1], times.at(-1) ?? 0].map((ms) => `${ms.toFixed(1)} ms`),
    ];
  }
}

/** The first column to the left, all others to the right. @param {string[][]} rows */
function format(rows) {
  const widths = HEAD.map((_, at) => Math.max(...rows.map((cells) => cells[at].length)));
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 3, -3));
  const [head, ...body] = rows.map((cells) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])))
      .join('   '),
  );
  return [head, rule, ...body.slice(0, -1), rule, body.at(-1)].join('\n');
}
