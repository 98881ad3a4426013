/** Comlink's endpoints as those of connect() and listen(). */
import { connect, listen, type Endpoint as CoreEndpoint } from '../connect.js';
import { bridge, NAME } from './bridge.js';
import type { LinkClient, LinkServer } from './link.js';
import type { Endpoint, EventSource, PostMessageWithOrigin } from './types.js';

/** Everything that wrap() and expose() take. */
export type AnyEndpoint = Endpoint | CoreEndpoint;

export type Origins = readonly (string | RegExp)[];

const ANY_ORIGIN = '*';

/** The window of an endpoint that windowEndpoint() has returned. */
const WINDOW = Symbol('window');
/** The origins that its page may have; undefined: any, or none that connect() could check. */
const ORIGINS = Symbol('origins');

interface EndpointOfWindow extends Endpoint {
  readonly [WINDOW]?: PostMessageWithOrigin;
  readonly [ORIGINS]?: Origins | undefined;
}

/**
 * Returns an endpoint for another window: a frame, the parent, or a window that was opened.
 *
 * @param target The window.
 * @param context The object that receives the messages of the window; default this page.
 * @param targetOrigin The origin that the page in the window must have; `'*'`, the default, means
 * any: then whichever page is there can call, and can be called.
 */
export function windowEndpoint(
  target: PostMessageWithOrigin,
  context: EventSource = globalThis as unknown as EventSource,
  targetOrigin = ANY_ORIGIN,
): Endpoint {
  return {
    postMessage: (message: unknown, transfer?: never) => {
      target.postMessage(message, targetOrigin, transfer);
    },
    addEventListener: context.addEventListener.bind(context),
    removeEventListener: context.removeEventListener.bind(context),
    [WINDOW]: target,
    [ORIGINS]:
      (context as unknown) === globalThis && targetOrigin !== ANY_ORIGIN
        ? [targetOrigin]
        : undefined,
  } as EndpointOfWindow;
}

export function connectTo(endpoint: AnyEndpoint): LinkClient {
  const { [ORIGINS]: origin, [WINDOW]: target } = endpoint as EndpointOfWindow;
  const direct = origin === undefined ? nativeOf(endpoint, false) : (target as CoreEndpoint);
  return connect(direct, { name: NAME, origin });
}

export function listenTo(endpoint: AnyEndpoint | undefined, allowed: Origins): LinkServer {
  const { [ORIGINS]: own, [WINDOW]: target } = (endpoint ?? {}) as EndpointOfWindow;
  const origins = allowed.includes(ANY_ORIGIN) ? own : allowed;
  const direct =
    origins && target ? (target as CoreEndpoint) : endpoint && nativeOf(endpoint, true);
  return listen(direct, {
    name: NAME,
    allowedOrigins: origins?.map(anywhere),
    // The next page in a window may connect, too.
    keepAlive: target !== undefined || undefined,
  });
}

/**
 * A RegExp of Comlink may match a part of the origin; one of listen() must match all of it, and
 * listen() refuses what is neither a RegExp nor an origin.
 */
function anywhere(origin: string | RegExp | undefined): string | RegExp {
  const { source, flags } = (origin ?? {}) as Partial<RegExp>;
  return typeof source === 'string' ? new RegExp(`.*(?:${source}).*`, flags) : (origin as string);
}

/** An object of the platform as it is; any other object that posts and emits messages by a port. */
const nativeOf = (endpoint: AnyEndpoint, isListening: boolean): CoreEndpoint =>
  'addEventListener' in endpoint &&
  // Node's ports have the tag of an EventTarget.
  !('on' in endpoint) &&
  /Object|EventTarget|Broadcast/.test(Object.prototype.toString.call(endpoint))
    ? bridge(endpoint, isListening, (endpoint as EndpointOfWindow)[WINDOW])
    : (endpoint as CoreEndpoint);
