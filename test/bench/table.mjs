/** @typedef {import('./measure.mjs').Result} Result */

const head = (yardstick, contender) => [
  'scenario',
  'contender',
  yardstick,
  contender,
  'of medians',
  'paired',
  'quartiles',
  'bound',
];

const amount = (microseconds, measure) => {
  const value = measure === 'time' ? microseconds : 1000 / microseconds;
  return `${value < 1000 ? value.toPrecision(3) : value.toFixed(0)} ${measure === 'time' ? 'µs' : 'k/s'}`;
};

/** @param {Result} result */
function verdict({ bound, measure, pairedRatios: { low, median, high } }) {
  if (bound === undefined) return '';
  const holds = measure === 'time' ? median <= bound : median >= bound;
  const sign = measure === 'time' ? '≤' : '≥';
  // Between the quartiles the next run may well say the opposite.
  const close = low <= bound && bound <= high ? ', too close to tell' : '';
  return `${sign} ${bound.toFixed(2)} ${holds ? 'holds' : 'does not hold'}${close}`;
}

/** @param {Result} result */
function row(result) {
  const { measure, microseconds, pairedRatios } = result;
  return [
    result.scenario,
    result.contender,
    amount(microseconds.raw.median, measure),
    amount(microseconds.contender.median, measure),
    result.ratioOfMedians.toFixed(2),
    pairedRatios.median.toFixed(2),
    `${pairedRatios.low.toFixed(2)}–${pairedRatios.high.toFixed(2)}`,
    verdict(result),
  ];
}

/** A Markdown table. @param {Result[]} results */
export function table(results, yardstick = 'raw', contender = 'contender') {
  const rows = [head(yardstick, contender), ...results.map(row)];
  const widths = rows[0].map((_, at) => Math.max(...rows.map((cells) => cells[at].length)));
  const line = (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`;
  const [first, ...body] = rows.map(line);
  return [first, line(widths.map((width) => '-'.repeat(width))), ...body].join('\n');
}
