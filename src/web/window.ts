/**
 * Windows: frames, their parents, and what was opened. Anybody may post to a window, so each signal
 * is checked: the browser says from which window it came and of what origin the page there was.
 * What does not fit is neither acted on nor answered. Lines have ports of their own, which only the
 * two ends know.
 */
import { EndpointBase } from '../core/connect/endpoint.js';
import { raise } from '../core/errors.js';
import type { HandshakeMessage } from '../core/protocol/frames.js';
import { unwatchWindow, watchWindow } from './window-watch.js';

type Origins = readonly (string | RegExp)[];

/**
 * The origin of a page that shares it with nobody; such a page can only be addressed by its window.
 */
const OPAQUE = 'null';

const addressOf = (origin: string): string => (origin === OPAQUE ? '*' : origin);

/** True also of one from another origin, whose only harmless questions are these. */
export const isWindow = (target: object): target is Window =>
  typeof document !== 'undefined' && (target as Partial<Window>).window === target;

export function connectingWindow(
  stackStartFn: unknown,
  target: Window,
  origin: string | undefined,
): WindowEndpoint {
  if (origin === undefined)
    return raise(stackStartFn, 'InvalidArgument', 'connecting to a Window requires options.origin');
  check(stackStartFn, origin);
  return new WindowEndpoint(target, [origin], [origin]);
}

/** In its own window: whoever may, from wherever. */
export function listeningWindow(
  stackStartFn: unknown,
  from: Window,
  origins: Origins | undefined,
): WindowEndpoint {
  if (!Array.isArray(origins) || origins.length === 0) {
    return raise(
      stackStartFn,
      'InvalidArgument',
      'listening to a Window requires options.allowedOrigins, a non-empty array',
    );
  }
  // A copy, which has no holes and does not change.
  const all = [...(origins as Origins)];
  for (const origin of all) if (!isExpression(origin)) check(stackStartFn, origin);
  const whole = all.filter((origin) => typeof origin === 'string');
  // Nobody there can be told that we are here if it could be anybody.
  const announced = from === window ? [] : whole.filter((origin) => origin !== OPAQUE);
  const allowed = all.map((origin) => (typeof origin === 'string' ? origin : wholly(origin)));
  return new WindowEndpoint(from, allowed, announced);
}

/** Of whatever realm. */
const isExpression = (value: unknown): value is RegExp =>
  Object.prototype.toString.call(value) === '[object RegExp]';

function check(stackStartFn: unknown, origin: unknown): void {
  if (origin === OPAQUE) return;
  let whole: string | undefined;
  try {
    whole = new URL(origin as string).origin;
  } catch {
    // No URL at all.
  }
  if (whole === undefined || whole !== origin || whole === OPAQUE) {
    const said = typeof origin === 'string' ? `'${origin}'` : `a value of type ${typeof origin}`;
    raise(
      stackStartFn,
      'InvalidArgument',
      `invalid origin: ${said}; expected something like https://example.org`,
    );
  }
}

class WindowEndpoint extends EndpointBase {
  readonly staysOpen = true;
  readonly repeatsKnock = true;
  readonly place: Window;
  readonly sharesCallers: boolean;
  readonly checkClosed: (() => void) | undefined;
  readonly #origins: Origins;
  /** Whom to send to who has not been heard of yet. */
  readonly #addresses: readonly string[];

  constructor(target: Window, origins: Origins, addresses: readonly string[]) {
    super(target);
    this.place = target;
    this.sharesCallers = target === window;
    this.checkClosed = this.sharesCallers ? undefined : this.#checkClosed;
    this.#origins = origins;
    this.#addresses = addresses;
  }

  override send(handshake: HandshakeMessage, transfer: readonly object[] = []): void {
    for (const origin of this.#addresses) {
      this.place.postMessage(handshake, addressOf(origin), transfer as Transferable[]);
    }
  }

  protected attach(): void {
    watchWindow(this);
  }

  protected detach(): void {
    unwatchWindow(this);
  }

  /**
   * A window that was closed, or whose frame was removed, never opens again, and nothing tells of
   * it.
   */
  readonly #checkClosed = (): void => {
    if (this.place.closed) this.peerDied('the window was closed');
  };

  onMessage({ data, origin, source }: MessageEvent<unknown>): void {
    if (this.place !== window && source !== this.place) return;
    if (!this.#allows(origin)) return;
    this.receive(data, (handshake) => {
      (source as Window | null)?.postMessage(handshake, addressOf(origin));
    });
  }

  #allows(origin: string): boolean {
    return this.#origins.some((allowed) =>
      typeof allowed === 'string'
        ? allowed === origin
        : // Of an expression for some origins nobody thinks that it allows those without one.
          origin !== OPAQUE && allowed.test(origin),
    );
  }
}

/**
 * As if the expression began with ^ and ended with $, and without the flags that make it remember.
 */
function wholly({ source, flags }: RegExp): RegExp {
  return new RegExp(`^(?:${source})$`, flags.replace(/[gy]/g, ''));
}
