// The address of the repository, and what follows from it: `repository`, `homepage` and `bugs` of
// package.json, and absolute links in README.md, which work wherever that page is shown. After a
// change of ADDRESS, run `node docs/address.mjs`, which writes both files.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Such as https://example.org/ump-ng; empty while there is none. */
export const ADDRESS = '';

/** The fields of package.json. */
export const fieldsOf = (address) =>
  address === ''
    ? {}
    : {
        repository: { type: 'git', url: `git+${address}.git` },
        homepage: `${address}#readme`,
        bugs: { url: `${address}/issues` },
      };

const folderOf = (address, kind) => `${address}/${kind}/HEAD/`;

/** The README with links to the files at this address. Code has no links. */
export const withAbsoluteLinks = (readme, address) =>
  address === ''
    ? readme
    : readme.replace(/(!?)(\[[^\]]*\])\((?![a-z]+:|#)([^)\s]+)\)/g, (_, image, text, file) => {
        const folder = folderOf(address, image === '' ? 'blob' : 'raw');
        return `${image}${text}(${folder}${file})`;
      });

/** The file in the project to which an absolute link leads; other links stay as they are. */
export function fileOf(link, address = ADDRESS) {
  for (const kind of address === '' ? [] : ['blob', 'raw']) {
    const folder = folderOf(address, kind);
    if (link.startsWith(folder)) return link.slice(folder.length);
  }
  return link;
}

const NAMES = ['repository', 'homepage', 'bugs'];

/** The manifest with these fields, in the place where npm writes them. */
export const withFields = (manifest, address) =>
  Object.fromEntries(
    Object.entries(manifest)
      .filter(([name]) => !NAMES.includes(name))
      .flatMap((field) =>
        field[0] === 'license' ? [...Object.entries(fieldsOf(address)), field] : [field],
      ),
  );

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.resolve(import.meta.dirname, '..');
  const manifest = path.join(root, 'package.json');
  const readme = path.join(root, 'README.md');
  const written = withFields(JSON.parse(readFileSync(manifest, 'utf8')), ADDRESS);
  writeFileSync(manifest, `${JSON.stringify(written, null, 2)}\n`);
  writeFileSync(readme, withAbsoluteLinks(readFileSync(readme, 'utf8'), ADDRESS));
}
