// The table of results by engine. Two sources:
// - Jest's tests under test/browsers and test/bundlers. Their outer `describe` is the name of the
//   engine, the inner one the kind of test; a test outside any `describe` belongs to no engine;
// - the contract suite on each runtime, which test/matrix/smoke.mjs runs without Jest.

const isBrowser = ({ name }) => /[/\\]test[/\\](browsers|bundlers)[/\\]/.test(name);

const browserTests = ({ testResults = [] }) =>
  testResults
    .filter(isBrowser)
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ ancestorTitles }) => ancestorTitles.length > 0);

/** The titles of the tests that were skipped because an engine is not installed. */
export const missingEngines = ({ testResults = [] }) =>
  testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ title, status }) => title.includes('NOT INSTALLED') && status === 'pending')
    .map(({ title }) => title);

/** The results of test/matrix/smoke.mjs in the same shape. */
const smokeTests = (results) =>
  results.flatMap(({ engine, outcomes }) =>
    outcomes.map(({ rig, state }) => ({
      ancestorTitles: [engine, `contract, ${rig}`],
      status: state === 'skipped' ? 'pending' : state,
    })),
  );

/**
 * A row for each kind of test and a column for each engine: how many passed, failed and were
 * skipped.
 */
export function enginesTable(result, smokeResults = []) {
  const columns = new Map();
  const rows = new Set();
  for (const { ancestorTitles, status } of [...browserTests(result), ...smokeTests(smokeResults)]) {
    const [engine, kind = 'installed'] = ancestorTitles;
    rows.add(kind);
    const cells = columns.get(engine) ?? new Map();
    columns.set(engine, cells);
    const cell = cells.get(kind) ?? { passed: 0, failed: 0, pending: 0 };
    cells.set(kind, cell);
    cell[status] += 1;
  }
  const describeCell = (cell) => {
    if (cell === undefined) return '-';
    const rest = [
      cell.failed && `${cell.failed} FAILED`,
      cell.pending && `${cell.pending} skipped`,
    ];
    return [`${cell.passed} passed`, ...rest.filter(Boolean)].join(', ');
  };
  const engines = [...columns.keys()].sort();
  const table = [
    ['', ...engines],
    ...[...rows]
      .sort()
      .map((row) => [row, ...engines.map((name) => describeCell(columns.get(name).get(row)))]),
  ];
  const widths = table[0].map((_, at) => Math.max(...table.map((line) => line[at].length)));
  return table
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
