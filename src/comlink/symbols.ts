/**
 * The symbols of Comlink's API. They are global symbols, so that several copies of this package in
 * one thread have the same ones.
 */

/** Marks an object that is passed by reference: see `proxy()`. A class may have this property. */
export const proxyMarker: unique symbol = /* @__PURE__ */ Symbol.for('ump-ng.comlink.proxy');

/** The method of a remote that returns a port for one more remote of the same object. */
export const createEndpoint: unique symbol = /* @__PURE__ */ Symbol.for('ump-ng.comlink.endpoint');

/** The method of a remote that releases it: the remote cannot be used any more. */
export const releaseProxy: unique symbol = /* @__PURE__ */ Symbol.for('ump-ng.comlink.release');

/** The method of an object that is called when the last remote of the object is gone. */
export const finalizer: unique symbol = /* @__PURE__ */ Symbol.for('ump-ng.comlink.finalizer');
