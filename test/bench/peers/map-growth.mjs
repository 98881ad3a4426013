// How many entries an action leaves in the Maps that a call uses: that is where all these libraries
// keep their pending calls (workerpool uses an object, and tells by itself how many it has).

/** `call` is one call that succeeds. */
export async function growthOfMaps(call, action) {
  const used = new Set();
  const { set } = Map.prototype;
  Map.prototype.set = function (key, value) {
    used.add(this);
    return set.call(this, key, value);
  };
  try {
    await call();
  } finally {
    Map.prototype.set = set;
  }
  const before = new Map([...used].map((map) => [map, map.size]));
  await action();
  return [...before].reduce((sum, [map, size]) => sum + Math.max(0, map.size - size), 0);
}
