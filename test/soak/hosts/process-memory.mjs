// The memory of the processes that this process has started, and of theirs. Only on Linux.
import { readdirSync, readFileSync } from 'node:fs';

/** A process may end while it is read. */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** The parent of each process. */
function parents() {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(
    ids.map((id) => {
      const stat = read(`/proc/${id}/stat`);
      // The name, in parentheses, may contain spaces.
      return [id, stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]];
    }),
  );
}

function isBelow(id, ancestor, all) {
  for (let at = all.get(id); at !== undefined; at = all.get(at)) if (at === ancestor) return true;
  return false;
}

/** Bytes. Memory that processes share counts in parts, so that the sum is true. */
const proportionalSize = (id) =>
  1024 * Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${id}/smaps_rollup`))?.[1] ?? 0);

export function memoryOfDescendants() {
  const all = parents();
  const own = String(process.pid);
  return [...all.keys()]
    .filter((id) => isBelow(id, own, all))
    .reduce((sum, id) => sum + proportionalSize(id), 0);
}
