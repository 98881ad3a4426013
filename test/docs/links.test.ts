/**
 * Every link to a file of the project leads to an existing file, and to an existing heading: in the
 * documents, and in the READMEs of other folders.
 */
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileOf } from '../../docs/address.mjs';
import { anchors, documents, prose, root } from './markdown.js';

const LINK = /\]\(([^)\s]+)\)/g;

function readmesOfExamples(): string[] {
  return readdirSync(path.join(root, 'examples'), { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'README.md' && !file.includes('node_modules'))
    .map((file) => path.join('examples', file));
}

function dead(document: string): string[] {
  const targets = [...prose(document).matchAll(LINK)].map(([, target = '']) => fileOf(target));
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [file = '', heading] = target.split('#');
      const to = file === '' ? document : path.join(path.dirname(document), file);
      if (!existsSync(path.join(root, to))) return true;
      return heading !== undefined && !anchors(to).has(heading);
    });
}

/** Those that no package has. */
const others = ['test/README.md', ...readmesOfExamples()];

test.each([...documents, ...others])('links of %s', (document) => {
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
  const links = [...prose('README.md').matchAll(LINK)];
  const linked = links.map(([, target = '']) => fileOf(target));
  const documented = linked.filter((each) => each.startsWith('docs/'));
  expect(documented.length).toBeGreaterThan(20);
  for (const each of documented) expect(paths).toContain(each.split('#')[0]);
});
