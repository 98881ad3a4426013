/** The programs with threads.js that docs/migrating-from-threads-js.md quotes. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Consumer, LONG, installed, missing, run } from './project.js';

if (installed('threads')) suite();
else missing('threads');

function suite(): void {
  let consumer: Consumer;
  let folder: string;
  beforeAll(() => {
    consumer = new Consumer();
    folder = consumer.lay('threads-js', 'threads-js');
  }, LONG);
  afterAll(() => consumer.remove());

  test(
    'the program before prints what the one after prints',
    async () => {
      const { output } = await run(process.execPath, ['main.mjs'], folder);
      expect(output).toBe('6\nRangeError no a.txt\n1\n2\n3\n8\n[ 1, 2, 3 ]\n');
    },
    LONG,
  );

  test(
    'a call to a worker that has ended is still pending two seconds later',
    async () => {
      const { output } = await run(process.execPath, ['dead.mjs'], folder);
      expect(output).toBe('pending\n');
    },
    LONG,
  );
}
