/**
 * Windows: frames, their parents, and what was opened. Anybody may post to a window, so each signal
 * is checked: the browser says from which window it came and of what origin the page there was.
 * What does not fit is neither acted on nor answered. Lines have ports of their own, which only the
 * two ends know.
 */
import { EndpointBase } from '../core/endpoint.js';
import { raise } from '../core/errors.js';
import type { Signal } from '../core/wire.js';
import { unwatchWindow, watchWindow } from './windows.js';

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
  entry: unknown,
  target: Window,
  origin: string | undefined,
): WindowEndpoint {
  if (origin === undefined) return raise(entry, 'NotSupported', 'a window takes options.origin');
  check(entry, origin);
  return new WindowEndpoint(target, [origin], [origin]);
}

/** In its own window: whoever may, from wherever. */
export function listeningWindow(
  entry: unknown,
  from: Window,
  origins: Origins | undefined,
): WindowEndpoint {
  if (!Array.isArray(origins) || origins.length === 0) {
    return raise(entry, 'NotSupported', 'a window takes options.allowedOrigins: a list');
  }
  // A copy, which has no holes and does not change.
  const all = [...(origins as Origins)];
  for (const origin of all) if (!isExpression(origin)) check(entry, origin);
  const whole = all.filter((origin) => typeof origin === 'string');
  // Nobody there can be told that we are here if it could be anybody.
  const announced = from === window ? [] : whole.filter((origin) => origin !== OPAQUE);
  const allowed = all.map((origin) => (typeof origin === 'string' ? origin : wholly(origin)));
  return new WindowEndpoint(from, allowed, announced);
}

/** Of whatever realm. */
const isExpression = (value: unknown): value is RegExp =>
  Object.prototype.toString.call(value) === '[object RegExp]';

function check(entry: unknown, origin: unknown): void {
  if (origin === OPAQUE) return;
  let whole: string | undefined;
  try {
    whole = new URL(origin as string).origin;
  } catch {
    // No URL at all.
  }
  if (whole === undefined || whole !== origin || whole === OPAQUE) {
    const said = typeof origin === 'string' ? `'${origin}'` : `a value of type ${typeof origin}`;
    raise(entry, 'NotSupported', `${said} is no origin: they look like https://example.org`);
  }
}

class WindowEndpoint extends EndpointBase {
  readonly staysOpen = true;
  readonly knocksAgain = true;
  readonly place: Window;
  readonly sharesCallers: boolean;
  readonly look: (() => void) | undefined;
  readonly #origins: Origins;
  /** Whom to send to who has not been heard of yet. */
  readonly #addresses: readonly string[];

  constructor(target: Window, origins: Origins, addresses: readonly string[]) {
    super(target);
    this.place = target;
    this.sharesCallers = target === window;
    this.look = this.sharesCallers ? undefined : this.#look;
    this.#origins = origins;
    this.#addresses = addresses;
  }

  override send(signal: Signal, transfer: readonly object[] = []): void {
    for (const origin of this.#addresses) {
      this.place.postMessage(signal, addressOf(origin), transfer as Transferable[]);
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
  readonly #look = (): void => {
    if (this.place.closed) this.died('the window was closed');
  };

  hear({ data, origin, source }: MessageEvent<unknown>): void {
    if (this.place !== window && source !== this.place) return;
    if (!this.#allows(origin)) return;
    this.receive(data, (signal) => {
      (source as Window | null)?.postMessage(signal, addressOf(origin));
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
