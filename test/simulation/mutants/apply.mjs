// Writes a mutant into the source text that esbuild reads; the file stays as it is.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const src = path.resolve(import.meta.dirname, '../../../src');

/** The file's text with the fault. Throws if the mutant does not fit exactly one place. */
export function mutate({ name, file, text, replacement }) {
  const source = readFileSync(path.join(src, file), 'utf8');
  const parts = source.split(text);
  if (parts.length !== 2) {
    throw new Error(`"${name}": its text stands ${parts.length - 1} times in src/${file}`);
  }
  return parts.join(replacement);
}

/** An esbuild plugin. */
export function mutantPlugin(mutant) {
  const contents = mutate(mutant);
  return {
    name: 'mutant',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, (args) =>
        args.path === path.join(src, mutant.file) ? { contents, loader: 'ts' } : undefined,
      );
    },
  };
}
