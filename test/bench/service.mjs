/**
 * What every contender's worker does, so that none does less: `echo` gives the value back,
 * `transfer` gives its buffer back with it, `count` tells how many posts came since the last
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
