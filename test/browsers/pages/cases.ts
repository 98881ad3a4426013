/** Runs a case when the driver asks for it. */
import { endCase } from '../../contract/keep-until-end.js';
import { all } from '../cases/all.js';
import { cleanUp } from '../cases/guest-page.js';

/** The error of the case, or null. */
async function run(theme: keyof typeof all, at: number): Promise<string | null> {
  try {
    await all[theme][at]!.run(undefined as never);
    return null;
  } catch (error) {
    return error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
  } finally {
    cleanUp();
    endCase();
  }
}

Object.assign(globalThis, { cases: { run, list: (theme: keyof typeof all) => all[theme] } });
