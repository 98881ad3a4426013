import { connectTo, type AnyEndpoint } from './endpoints.js';
import { createLink, ROOT } from './link.js';
import { serveLink } from './expose.js';
import type { Remote } from './types.js';

/**
 * Returns a remote of the object that the other side of the endpoint exposes. It can be used at
 * once: calls wait until the other side has exposed an object.
 *
 * Calls reject with what the object threw; with `ServerDisappeared` if the other side ends, and
 * with `Aborted` or `Timeout` if the caller gives up (see `remote.with()`).
 *
 * @param target Takes the place of the function that the Proxy is made of.
 *
 * @example
 * const calculator = wrap<Calculator>(worker);
 * console.log(await calculator.with({ timeout: 1000 }).add(3, 7));
 *
 * @throws UmpError `InvalidArgument` if `endpoint` is not an endpoint.
 */
export function wrap<T>(endpoint: AnyEndpoint, target?: object): Remote<T> {
  const link = createLink(connectTo(endpoint), serveLink);
  return link.remote(ROOT, target) as Remote<T>;
}
