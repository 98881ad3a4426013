/** Threads that pass ports on, and threads that end. */
import type { RoleEnv } from '../roles.js';
import { FOREVER } from '../utilities.js';

/** Passes all its ports on, one by one, without reading from them. */
export async function relay(env: RoleEnv<undefined>): Promise<void> {
  for (const port of env.ports) env.send(port, [port]);
}

/** Throws an uncaught error. */
export function crash(): Promise<void> {
  setTimeout(() => {
    throw new Error('this crash is part of the test');
  }, 0);
  return FOREVER;
}

export function exit(env: RoleEnv<undefined>): Promise<void> {
  env.exit();
  return FOREVER;
}
