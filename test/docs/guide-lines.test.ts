/**
 * In each migration guide, the programs with this package have fewer lines than those with the
 * other one, whose text is fixed. What counts is a line with code, after Prettier at 100 columns:
 * neither a blank line nor a comment. A program of ours that follows one of theirs is its
 * counterpart.
 */
import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { format } from 'prettier';
import ts from 'typescript';
import { blocks, read } from './markdown.js';

/** By the name of the other package: a digest of its programs, which must not change. */
const THEIRS = {
  comlink: 'bebafda635ec9ad5',
  penpal: 'dfff06accb2082b2',
  workerpool: '1b062acdebb4f37e',
  piscina: '38cdbad3ed885144',
};

const FILE = /^(?:run|page)=(.*)/;
const OUTPUT = /^(?:output|logs)=(.*)/;

interface Program {
  readonly name: string;
  readonly files: string[];
}

interface Pair {
  readonly theirs: Program;
  readonly ours: Program;
  readonly printsTheSame: boolean;
}

/** The programs of a document in their order, and the names of those that print the same. */
function programsOf(document: string): { programs: Program[]; groups: string[][] } {
  const programs: Program[] = [];
  const groups: string[][] = [];
  for (const { label, code } of blocks(document)) {
    const [, file] = FILE.exec(label) ?? [];
    const [, names] = OUTPUT.exec(label) ?? [];
    if (names !== undefined) groups.push(names.split(' '));
    if (file === undefined) continue;
    const name = path.dirname(file);
    const last = programs.at(-1);
    if (last?.name === name) last.files.push(code);
    else programs.push({ name, files: [code] });
  }
  return { programs, groups };
}

function pairsOf(peer: string): Pair[] {
  const { programs, groups } = programsOf(`docs/migrating-from-${peer}.md`);
  const isTheirs = ({ name }: Program): boolean => name.startsWith(`${peer}-`);
  return programs.flatMap((ours, at) => {
    const theirs = programs[at - 1];
    if (theirs === undefined || !isTheirs(theirs) || isTheirs(ours)) return [];
    const printsTheSame = groups.some(
      (names) => names.includes(theirs.name) && names.includes(ours.name),
    );
    return [{ theirs, ours, printsTheSame }];
  });
}

/** How many lines have code in them. */
async function linesOf(code: string): Promise<number> {
  const options = { parser: 'typescript', printWidth: 100, singleQuote: true };
  const source = ts.createSourceFile(
    'program.ts',
    await format(code, options),
    ts.ScriptTarget.Latest,
  );
  const lines = new Set<number>();
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(source);
    children.forEach(visit);
    if (children.length > 0 || node.getWidth(source) === 0) return;
    const [first, last] = [node.getStart(source), node.getEnd()].map(
      (at) => source.getLineAndCharacterOfPosition(at).line,
    );
    for (let line = first!; line <= last!; line++) lines.add(line);
  };
  visit(source);
  return lines.size;
}

async function sumOf(programs: readonly Program[]): Promise<number> {
  const counts = await Promise.all(programs.flatMap(({ files }) => files).map(linesOf));
  return counts.reduce((sum, count) => sum + count, 0);
}

const digestOf = (programs: readonly Program[]): string =>
  createHash('sha256')
    .update(JSON.stringify(programs.map(({ name, files }) => [name, ...files]).sort()))
    .digest('hex')
    .slice(0, 16);

test('lines with code are counted, as Prettier makes them', async () => {
  const program = `
    // A comment.
    import { a } from 'a'

    a(1); a(2) // and a remark
    /* more
       of it */
    a(\`two
    lines\`)
  `;
  expect(await linesOf(program)).toBe(5);
  const wide = `a({ ${'key, '.repeat(3)} ${'another, '.repeat(11)} })`;
  expect(await linesOf(wide)).toBe(16);
});

describe.each(Object.entries(THEIRS))('the guide from %s', (peer, digest) => {
  const pairs = pairsOf(peer);
  const theirs = pairs.map((pair) => pair.theirs);
  const ours = pairs.map((pair) => pair.ours);

  test('has programs of both', () => {
    expect(pairs.length).toBeGreaterThan(8);
    expect(new Set(pairs.flatMap((pair) => [pair.ours.name, pair.theirs.name])).size).toBe(
      2 * pairs.length,
    );
  });

  test('leaves the programs with the other package as they are', () => {
    expect(digestOf(theirs)).toBe(digest);
  });

  test('has shorter programs with this package, and says by how much', async () => {
    const [our, their] = [await sumOf(ours), await sumOf(theirs)];
    expect(our).toBeLessThan(their);
    const row = /^\| (\d+) lines of code in the programs that have a counterpart +\| (\d+) +\|$/m;
    const [, ...said] = row.exec(read(`docs/migrating-from-${peer}.md`)) ?? [];
    expect(said).toEqual([our, their].map(String));
  });

  test('has shorter programs with this package, of those that print the same', async () => {
    const same = pairs.filter(({ printsTheSame }) => printsTheSame);
    expect(same.length).toBeGreaterThan(2);
    const their = await sumOf(same.map((pair) => pair.theirs));
    expect(await sumOf(same.map((pair) => pair.ours))).toBeLessThan(their);
  });
});
