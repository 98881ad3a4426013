// How far it is: a bar on a terminal, with what happens above it; elsewhere, as in CI, a line for
// each quarter of the way.
import cliProgress from 'cli-progress';

const { stdout } = process;
const FORMAT =
  '{bar} {percentage} %  {value}/{total} documents  {failed} failed  {lost} workers lost';

/** @typedef {import('ump-ng/actors').SupervisorEvent} SupervisorEvent */

/** @param {number} all how many documents there are */
export function progressOf(all) {
  const view = stdout.isTTY ? bar(all) : lines(all);
  const now = { done: 0, failed: 0, lost: 0 };
  return {
    /** One more document is done with. @param {string} [failure] why, if it was not rendered */
    settled(failure) {
      now.done++;
      if (failure !== undefined) {
        now.failed++;
        view.note(failure);
      }
      view.show(now);
    },
    /** Something that a supervisor, or the pool, tells of. @param {SupervisorEvent} event */
    happened(event) {
      if (isLoss(event)) now.lost++;
      const text = inWords(event);
      if (text !== undefined) view.note(text);
    },
    /** The threads that did not end by themselves. */
    lost: () => now.lost,
    end: () => view.end(now),
  };
}

/** @param {SupervisorEvent} event */
const isLoss = (event) => event.type === 'ended' || (event.type === 'stopped' && event.killed);

/** @param {SupervisorEvent} event */
function inWords(event) {
  switch (event.type) {
    case 'started':
      return event.restarts > 0
        ? `${event.child} runs again (restart ${event.restarts})`
        : undefined;
    case 'ended':
      return `${event.child} is gone: ${/** @type {Error | undefined} */ (event.error)?.message}`;
    case 'stopped':
      return event.killed ? `${event.child} did not end in time, and was killed` : undefined;
    case 'gave up':
      return `${event.child}: ${event.error.message}`;
    default:
      return undefined;
  }
}

/** @typedef {{ done: number, failed: number, lost: number }} Now */

/** @param {number} all */
function bar(all) {
  const bars = new cliProgress.MultiBar(
    {
      format: FORMAT,
      stream: stdout,
      hideCursor: true,
      // With what stands beside it, it fits into 80 columns.
      barsize: 22,
      autopadding: true,
      // A note takes its place.
      forceRedraw: true,
      // An interrupt is for main.mjs.
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  const close = () => {
    if (!bars.isActive) return;
    // It shows notes the next time it is drawn, and stop() shows none.
    bars.update();
    bars.stop();
  };
  // The cursor comes back however the process ends.
  process.once('exit', close);
  const one = bars.create(all, 0, { failed: 0, lost: 0 });
  /** @param {Now} now */
  const show = ({ done, ...more }) => one.update(done, more);
  return {
    show,
    /** A line that stays. @param {string} text */
    note: (text) => bars.log(`${text}\n`),
    /** @param {Now} now */
    end(now) {
      show(now);
      close();
    },
  };
}

/** @param {number} all */
function lines(all) {
  const quarter = Math.ceil(all / 4);
  return {
    /** @param {Now} now */
    show({ done, failed, lost }) {
      if (done % quarter !== 0 && done !== all) return;
      const share = `${Math.round((100 * done) / all)} %`.padStart(5);
      console.log(`${share}  ${done}/${all} documents, ${failed} failed, ${lost} workers lost`);
    },
    /** @param {string} text */
    note: (text) => console.log(`       ${text}`),
    end: () => undefined,
  };
}
