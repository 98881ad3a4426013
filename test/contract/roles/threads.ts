/** Threads as such: what passes things on, and what ends. */
import type { There } from '../roles.js';

/** Hands all its ports on, one by one, without a look. */
export async function relay(there: There<undefined>): Promise<void> {
  for (const port of there.ports) there.say(port, [port]);
}

/** An error that nobody catches. */
export function crash(): Promise<void> {
  setTimeout(() => {
    throw new Error('this crash is part of the test');
  }, 0);
  return new Promise(() => undefined);
}

export function exit(there: There<undefined>): Promise<void> {
  there.exit();
  return new Promise(() => undefined);
}
