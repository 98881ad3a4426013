/** What the threads of this example say to one another. All of it is plain data, and ports. */
import type { MessagePort, UmpErrorCode } from 'ump-ng';
import type { Pixels, Point, Tile } from './mandelbrot.js';

export type Asking = 'page' | 'iframe A' | 'iframe B';
export type Helping = 'helper 1' | 'helper 2';
export type Name = Asking | Helping | 'server';

/** Which call this is about: so that all who see it can tell the page of it. */
export interface Call {
  id: string;
  from: Asking;
  kind: 'light' | 'heavy';
}

/** From a client to the server. One point of the Mandelbrot set is quick, a whole tile is slow. */
export type Question =
  | { ask: 'point'; call: Call; point: Point; limit: number }
  | { ask: 'tile'; call: Call; tile: Tile };

export type TileQuestion = Extract<Question, { ask: 'tile' }>;

/** Back to the client, from whoever answered: the server, or a helper in its place. */
export type Answer = { ask: 'point'; steps: number } | { ask: 'tile'; pixels: Pixels };

/** From the server to a helper: an answer says that it has nothing to do (any more). */
export type ToHelper =
  | { ask: 'ready' }
  /** `context` is a ReplyContext on its way. */
  | { ask: 'job'; question: TileQuestion; context: MessagePort };

/** From the page to each thread, before anything else. */
export interface Setup {
  type: 'setup';
  name: Name;
  /** A PostClient on its way: there the thread tells what it does. */
  events: MessagePort;
}

/** From the page to the server: whom it can give work to. `helper` is a Client on its way. */
export type ToServer = Setup | { type: 'helper'; name: Helping; helper: MessagePort };

/** From the page to an iframe: whom it can ask. `service` is a Client on its way. */
export type ToIframe = Setup | { type: 'service'; service: MessagePort };

/** What a call can end with, as its caller sees it. */
export type Outcome = 'value' | UmpErrorCode;

/** From everybody to the page, which draws it. */
export type Event = { call: Call } & (
  | { type: 'sent' }
  | { type: 'taken'; by: Name }
  | { type: 'handed'; by: Name; to: Helping }
  | { type: 'answered'; by: Name }
  /** Its `rctx.signal` has aborted. */
  | { type: 'abandoned'; by: Name }
  /** It was killed. Told by the page, as it can't. */
  | { type: 'stopped'; by: Name }
  | { type: 'settled'; outcome: Outcome; ms: number }
);

/** How a thread tells the page. */
export type Tell = (event: Event) => void;
