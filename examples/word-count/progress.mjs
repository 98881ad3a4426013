// One line that is redrawn on a terminal; elsewhere a line for every quarter of the way.

const { stdout } = process;

/** @param {number} all how many steps there are */
export function progressOf(all) {
  const quarter = Math.ceil(all / 4);
  let drawn = false;
  const clear = () => {
    if (drawn) stdout.write('\r\x1b[K');
    drawn = false;
  };
  return {
    /** @param {number} done @param {() => string} detail */
    show(done, detail) {
      const isMark = done % quarter === 0 || done === all;
      if (!stdout.isTTY && !isMark) return;
      const share = `${Math.round((100 * done) / all)} %`.padStart(5);
      const line = `${share} answered (${detail()})`;
      clear();
      drawn = stdout.isTTY && done < all;
      stdout.write(drawn ? line.slice(0, stdout.columns - 1) : `${line}\n`);
    },
    /** A line that stays. @param {string} text */
    note(text) {
      clear();
      console.log(text);
    },
  };
}
