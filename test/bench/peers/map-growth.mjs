// How many entries an action leaves in Maps: that is where all these libraries keep their pending
// calls (workerpool uses an object, and tells by itself how many it has).
const { set, delete: remove, clear } = Map.prototype;

export async function growthOfMaps(action) {
  const before = new Map();
  const note = (map) => {
    if (!before.has(map)) set.call(before, map, map.size);
  };
  Map.prototype.set = function (key, value) {
    note(this);
    return set.call(this, key, value);
  };
  Map.prototype.delete = function (key) {
    note(this);
    return remove.call(this, key);
  };
  Map.prototype.clear = function () {
    note(this);
    clear.call(this);
  };
  await action();
  Object.assign(Map.prototype, { set, delete: remove, clear });
  return [...before].reduce((sum, [map, size]) => sum + Math.max(0, map.size - size), 0);
}
