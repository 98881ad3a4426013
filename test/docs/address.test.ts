/** The address of the repository is in one place, from which package.json and the README follow. */
import { expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ADDRESS, fieldsOf, fileOf, withAbsoluteLinks, withFields } from '../../docs/address.mjs';
import { read, root } from './markdown.js';

const manifest = JSON.parse(read('package.json')) as Record<string, unknown>;

test('package.json and the README have the address of the repository, if there is one', () => {
  const { repository, homepage, bugs } = manifest;
  expect({ repository, homepage, bugs }).toEqual({
    repository: undefined,
    homepage: undefined,
    bugs: undefined,
    ...fieldsOf(ADDRESS),
  });
  expect(Object.entries(withFields(manifest, ADDRESS))).toEqual(Object.entries(manifest));
  expect(withAbsoluteLinks(read('README.md'), ADDRESS)).toBe(read('README.md'));
});

test('with an address, every link of the README is absolute and leads to a file', () => {
  const address = 'https://example.org/ump-ng';
  const fields = withFields(manifest, address);
  expect(fields).toMatchObject({
    bugs: { url: `${address}/issues` },
    homepage: `${address}#readme`,
  });
  expect(Object.keys(withFields(fields, ''))).toEqual(Object.keys(withFields(manifest, '')));
  const readme = withAbsoluteLinks(read('README.md'), address);
  const links = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !link.startsWith('https://'))).toEqual([]);
  const own = links.filter((link) => link.startsWith(address));
  expect(own.length).toBeGreaterThan(20);
  for (const link of own) {
    expect(existsSync(path.join(root, fileOf(link, address).split('#')[0]!))).toBe(true);
  }
  expect(withAbsoluteLinks(readme, address)).toBe(readme);
});
