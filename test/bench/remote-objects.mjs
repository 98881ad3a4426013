/**
 * Comlink and ump-ng/comlink as contenders: the same code, with the library as `lib`.
 *
 * @typedef {import('comlink')} Lib
 */

/** @param {Lib} lib @returns {Omit<import('./spawn.mjs').Caller, 'close'>} */
export const callWith = (lib, remote) => ({
  call: (value, transfer) => remote.request(transfer ? lib.transfer(value, transfer) : value),
  transfers: true,
  objects: {
    remote,
    callback: (callback) => remote.callBack(lib.proxy(callback)),
    release: (other) => other[lib.releaseProxy](),
  },
});

/** @param {Lib} lib @param {import('./service.mjs').Service} service */
export const serviceOf = (lib, service) => ({
  value: 0,
  request: (value) => {
    const reply = service.request(value);
    const transfer = service.transfer(reply);
    return transfer ? lib.transfer(reply, transfer) : reply;
  },
  Thing: class {
    constructor(n) {
      this.n = n;
    }
  },
  callBack: async (callback) => {
    const n = await callback(1);
    callback[lib.releaseProxy]();
    return n;
  },
});
