// One line for each test file, as soon as it has run, with the failures of the file below it.
import path from 'node:path';

export default class LiveReporter {
  onTestResult({ path: file, context }, result) {
    const { numFailingTests, numPassingTests, testExecError, perfStats, failureMessage } = result;
    const ok = numFailingTests === 0 && testExecError === undefined;
    const name = path.relative(context.config.rootDir, file);
    const seconds = ((perfStats.end - perfStats.start) / 1000).toFixed(1);
    const counts = ok ? `${numPassingTests} passed` : `${numFailingTests} failed`;
    process.stdout.write(`  ${ok ? '✓' : '✗'} ${name} (${seconds} s) ${counts}\n`);
    if (!ok) process.stdout.write(`${failureMessage}\n`);
  }
}
