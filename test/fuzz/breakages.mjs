// Faults that the fuzzer must find: `npm run fuzz -- --break NAME` puts one of them into the bundle
// and not into the sources; `node test/fuzz/prove.mjs` tries all of them.
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * By name: the file of `src`, what stands there, what takes its place, and whether only its cost
 * shows it.
 */
export const breakages = {
  'terms are not validated': {
    file: 'core/protocol/validate.ts',
    from: "if (!isTerms(terms)) return 'malformed frame';",
    to: '',
  },
  'a list may be anything': {
    file: 'core/protocol/validate.ts',
    from: 'const maybeList: Guard = (value) => value === undefined || isList(value);',
    to: 'const maybeList: Guard = () => true;',
  },
  'own ports are read from any frame': {
    file: 'core/transport/port-holders.ts',
    from: 'if (!namesOwnPorts(frame)) return;',
    to: '',
  },
  'malformed error records escape': {
    file: 'core/protocol/values.ts',
    from: "    return new Failure('Protocol', 'malformed error records');",
    to: "    throw new Error('malformed error records');",
  },
  'a reply to no request is acted on': {
    file: 'core/client/request-table.ts',
    from: 'if (pending !== undefined) this.settle(pending, this.#outcomeOf(frame));',
    to: 'if (frame[1] > 3 || pending !== undefined) this.settle(pending!, this.#outcomeOf(frame));',
  },
  'a connection that has ended is not closed': {
    file: 'core/transport/connection.ts',
    from: '    this.close();\n    this.onEnd(why);',
    to: "    if (why.code === 'Protocol') this.#state = 'closed';\n    else this.close();\n    this.onEnd(why);",
  },
  'a port for callbacks is not closed': {
    file: 'comlink/link.ts',
    from: 'closePortsIn(port);',
    to: '',
  },
  'Errors that share their fields are walked for each': {
    file: 'core/protocol/unpack-errors.ts',
    from: ' || known.has(fields)) {',
    to: ') {',
    isCost: true,
  },
};

/** A plugin of esbuild. Throws if the source does not contain what is to be replaced. */
export function breaking(name) {
  const breakage = breakages[name];
  if (breakage === undefined) throw new Error(`no breakage is named ${name}`);
  const file = path.join(root, 'src', breakage.file);
  return {
    name: 'breaking',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async (args) => {
        if (args.path !== file) return undefined;
        const source = await readFile(file, 'utf8');
        if (!source.includes(breakage.from)) throw new Error(`${name}: ${file} has changed`);
        return { contents: source.replace(breakage.from, breakage.to), loader: 'ts' };
      });
    },
  };
}
