import { Piscina } from 'piscina';
import { service } from '../service.mjs';

export const open = (filename = import.meta.filename) => {
  const pool = new Piscina({ filename, minThreads: 1, maxThreads: 1 });
  // Otherwise a worker that fails while idle takes this process down.
  pool.on('error', () => undefined);
  return {
    call: (name, value, signal) => pool.run({ name, value }, { signal }),
    kill: () => pool.threads[0].terminate(),
  };
};

export default ({ name, value }) => service[name](value);
