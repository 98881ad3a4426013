/**
 * Windows: frames, their parents, and windows that were opened. Any page may post to a window, so
 * each handshake message is checked: the browser reports which window sent it, and the origin of
 * the page there. A message that does not match is neither acted on nor answered. Connections have
 * ports of their own, which only the two ends know.
 */
import { EndpointBase } from '../core/connect/endpoint.js';
import { raise } from '../core/errors.js';
import type { ListenOptions } from '../core/options.js';
import type { HandshakeMessage } from '../core/protocol/frames.js';
import { windowWatcher } from './window-watch.js';

type AllowedOrigins = NonNullable<ListenOptions['allowedOrigins']>;

/** The origin of a page that shares it with no other; only its window addresses such a page. */
const OPAQUE = 'null';

const addressOf = (origin: string): string => (origin === OPAQUE ? '*' : origin);

/** Safe for a window of another origin, which throws when nearly any other property is read. */
export const isWindow = (other: object): other is Window =>
  typeof document !== 'undefined' && (other as Partial<Window>).window === other;

export function connectingWindow(
  stackStartFn: unknown,
  other: Window,
  origin: string | AllowedOrigins | undefined,
): WindowEndpoint {
  if (origin === undefined)
    return raise(stackStartFn, 'InvalidArgument', 'connecting to a Window requires options.origin');
  const { allowed, exact } = checkOrigins(
    stackStartFn,
    typeof origin === 'string' ? [origin] : origin,
    'options.origin must be an origin, or a non-empty array of origins and RegExps',
  );
  return new WindowEndpoint(other, allowed, exact);
}

/** If `from` is this page's own window: messages from any window whose origin is allowed. */
export function listeningWindow(
  stackStartFn: unknown,
  from: Window,
  origins: AllowedOrigins | undefined,
): WindowEndpoint {
  const { allowed, exact } = checkOrigins(
    stackStartFn,
    origins,
    'listening to a Window requires options.allowedOrigins, a non-empty array',
  );
  // ANNOUNCE goes to known origins only: an opaque one cannot be addressed.
  const announced = from === window ? [] : exact.filter((origin) => origin !== OPAQUE);
  return new WindowEndpoint(from, allowed, announced);
}

/**
 * The origins to compare with, and those among them that can be addressed.
 * @throws UmpError `InvalidArgument` with `message` unless `origins` is a non-empty array.
 */
function checkOrigins(
  stackStartFn: unknown,
  origins: unknown,
  message: string,
): { allowed: AllowedOrigins; exact: readonly string[] } {
  if (!Array.isArray(origins) || origins.length === 0) {
    return raise(stackStartFn, 'InvalidArgument', message);
  }
  // A copy has no holes and does not change.
  const all = [...(origins as AllowedOrigins)];
  for (const origin of all) if (!isRegExp(origin)) checkOrigin(stackStartFn, origin);
  return {
    allowed: all.map((origin) => (typeof origin === 'string' ? origin : anchored(origin))),
    exact: all.filter((origin) => typeof origin === 'string'),
  };
}

/** Whether it is a RegExp, of this or of another realm. */
const isRegExp = (value: unknown): value is RegExp =>
  Object.prototype.toString.call(value) === '[object RegExp]';

function checkOrigin(stackStartFn: unknown, origin: unknown): void {
  if (origin === OPAQUE) return;
  let parsed: string | undefined;
  try {
    parsed = new URL(origin as string).origin;
  } catch {
    // It is not a URL.
  }
  if (parsed === undefined || parsed !== origin || parsed === OPAQUE) {
    const shown = typeof origin === 'string' ? `'${origin}'` : `a value of type ${typeof origin}`;
    raise(
      stackStartFn,
      'InvalidArgument',
      `invalid origin: ${shown}; expected something like https://example.org`,
    );
  }
}

/**
 * False while a page of this page's own origin is known to be there, such as the empty page before
 * a frame has loaded: browsers would drop the message, and log a warning for each.
 */
function mayShow(other: Window, origin: string): boolean {
  try {
    return origin === OPAQUE || other.origin === origin;
  } catch {
    // It shows another origin, which only the browser knows.
    return true;
  }
}

class WindowEndpoint extends EndpointBase {
  readonly staysOpen = true;
  readonly repeatsKnock = true;
  readonly window: Window;
  readonly sharesCallers: boolean;
  readonly #origins: AllowedOrigins;
  /** The origins that may hear of this side before the page there has said anything. */
  readonly #addresses: readonly string[];
  /** The origin of the last message that was received. */
  #lastOrigin: string | undefined;

  constructor(other: Window, origins: AllowedOrigins, addresses: readonly string[]) {
    super(other);
    this.window = other;
    this.sharesCallers = other === window;
    this.#origins = origins;
    this.#addresses = addresses;
  }

  get isReachable(): boolean {
    return this.#lastOrigin === undefined || mayShow(this.window, this.#lastOrigin);
  }

  /**
   * A message with ports goes to the origin that was checked last, so that no other page can have
   * them.
   */
  override send(handshake: HandshakeMessage, transfer: readonly object[] = []): void {
    const checked = transfer.length > 0 ? this.#lastOrigin : undefined;
    for (const origin of checked === undefined ? this.#addresses : [checked]) {
      if (mayShow(this.window, origin)) {
        this.window.postMessage(handshake, addressOf(origin), transfer as Transferable[]);
      }
    }
  }

  protected attach(): () => void {
    windowWatcher().add(this);
    return () => {
      windowWatcher().remove(this);
    };
  }

  /**
   * A window that was closed, or whose frame was removed, never opens again; no event reports it.
   */
  checkClosed(): void {
    if (this.window.closed) this.peerDied('the window was closed');
  }

  onMessage({ data, origin, source }: MessageEvent<unknown>): void {
    if (this.window !== window && source !== this.window) return;
    if (!this.#allows(origin)) return;
    this.#lastOrigin = origin;
    const answer = (handshake: HandshakeMessage): void => {
      (source as Window | null)?.postMessage(handshake, addressOf(origin));
    };
    this.receive(data, answer, origin);
  }

  #allows(origin: string): boolean {
    return this.#origins.some((allowed) =>
      typeof allowed === 'string'
        ? allowed === origin
        : // A RegExp never matches an opaque origin: its author does not expect it to.
          origin !== OPAQUE && allowed.test(origin),
    );
  }
}

/** The RegExp with ^ before and $ after it, and without the flags that keep a lastIndex. */
function anchored({ source, flags }: RegExp): RegExp {
  return new RegExp(`^(?:${source})$`, flags.replace(/[gy]/g, ''));
}
