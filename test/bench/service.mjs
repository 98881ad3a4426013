/**
 * The work of every contender's worker, the same for all: `echo` returns the value, `transfer`
 * returns it with its buffer transferred, `count` returns the number of posts since the last
 * request.
 *
 * @typedef {{ n: number, data?: ArrayBuffer }} Value
 * @typedef {'echo' | 'transfer' | 'count'} Mode
 * @typedef {{
 *   post: (value: Value) => void,
 *   request: (value: Value) => Value,
 *   transfer: (value: Value) => ArrayBuffer[] | undefined,
 * }} Service
 */

/**
 * @param {Mode} mode
 * @returns {Service}
 */
export function service(mode) {
  let posts = 0;
  const count = () => {
    const n = posts;
    posts = 0;
    return { n };
  };
  return {
    post: () => {
      posts++;
    },
    request: mode === 'count' ? count : (value) => value,
    transfer: mode === 'transfer' ? ({ data }) => [data] : () => undefined,
  };
}
