// What of Jest's results concerns an engine: those are the tests under test/browsers and
// test/bundlers, each within a `describe` of its engine's name and, within that, of what it tests;
// and the contract suite on Node. What stands in no `describe` concerns none.
// The contract suite on other runtimes has been run without Jest, by test/matrix/smoke.mjs.

const isBrowser = ({ name }) => /[/\\]test[/\\](browsers|bundlers)[/\\]/.test(name);
const isContract = ({ name }) => /[/\\]contract\.test\.ts$/.test(name);

function tests({ testResults = [] }) {
  return testResults.flatMap((file) => {
    if (isBrowser(file)) {
      return file.assertionResults.filter(({ ancestorTitles }) => ancestorTitles.length > 0);
    }
    if (!isContract(file)) return [];
    // There the rig comes first.
    return file.assertionResults.map((test) => ({
      ...test,
      ancestorTitles: [`Node ${process.versions.node.split('.')[0]}`, ...test.ancestorTitles],
    }));
  });
}

/** The sentences that say what was not tested because something is missing. */
export const missingEngines = ({ testResults = [] }) =>
  testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ title, status }) => title.includes('NOT INSTALLED') && status === 'pending')
    .map(({ title }) => title);

/** The same of what a runtime without Jest has found out; for Jest's own Node Jest has told it. */
const smokeTests = (results) =>
  results.flatMap(({ engine, outcomes }) =>
    outcomes.map(({ rig, state }) => ({
      ancestorTitles: [engine, `contract, ${rig}`],
      status: state === 'skipped' ? 'pending' : state,
    })),
  );

/** A row for each kind of test, a column for each engine: how many passed, failed and were skipped. */
export function enginesTable(result, smokeResults = []) {
  const columns = new Map();
  const rows = new Set();
  const byJest = tests(result);
  const known = new Set(byJest.map(({ ancestorTitles: [engine] }) => engine));
  const others = smokeResults.filter(({ engine }) => !known.has(engine));
  for (const { ancestorTitles, status } of [...byJest, ...smokeTests(others)]) {
    const [engine, kind = 'installed'] = ancestorTitles;
    rows.add(kind);
    const cells = columns.get(engine) ?? new Map();
    columns.set(engine, cells);
    const cell = cells.get(kind) ?? { passed: 0, failed: 0, pending: 0 };
    cells.set(kind, cell);
    cell[status] += 1;
  }
  const say = (cell) => {
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
      .map((row) => [row, ...engines.map((name) => say(columns.get(name).get(row)))]),
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
