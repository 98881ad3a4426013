/** Every relative link in the documents leads to an existing file, and to an existing heading. */
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { anchors, documents, prose, root } from './markdown.js';

const LINK = /\]\(([^)\s]+)\)/g;

function dead(document: string): string[] {
  const targets = [...prose(document).matchAll(LINK)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', heading] = target.split('#');
      const to = file === '' ? document : path.join(path.dirname(document), file);
      if (!existsSync(path.join(root, to))) return true;
      return heading !== undefined && !anchors(to).has(heading);
    });
}

test.each(documents)('links of %s', (document) => {
  expect(dead(document)).toEqual([]);
});

test('the index of the docs names every document', () => {
  const named = [...prose('docs/README.md').matchAll(LINK)].map(([, target = '']) => target);
  const there = documents
    .filter((document) => path.dirname(document) === 'docs' && document !== 'docs/README.md')
    .map((document) => path.basename(document));
  expect(named).toEqual(expect.arrayContaining(there));
});

test('the documents to which the README links are in the package', () => {
  const files = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ files: packed }] = JSON.parse(files) as [{ files: { path: string }[] }];
  const paths = packed.map((file) => file.path);
  const linked = [...prose('README.md').matchAll(LINK)].map(([, target = '']) => target);
  const documented = linked.filter((each) => each.startsWith('docs/'));
  expect(documented.length).toBeGreaterThan(20);
  for (const each of documented) expect(paths).toContain(each.split('#')[0]);
});
