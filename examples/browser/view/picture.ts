/**
 * Who talks to whom: a box for each thread, a line for each two that talk, a spark for each
 * message.
 */
import { html, render, svg } from 'lit-html';
import { HELPERS, IFRAMES } from '../agents.js';
import type { Event, Name } from '../messages.js';

const WIDTH = 116;
const HEIGHT = 50;
const CENTRES: Record<Name, readonly [x: number, y: number]> = {
  page: [60, 50],
  'iframe A': [60, 150],
  'iframe B': [60, 250],
  server: [240, 150],
  'helper 1': [420, 70],
  'helper 2': [420, 230],
};
const NAMES = Object.keys(CENTRES) as Name[];

/** Requests go from left to right, through the server. */
const REQUESTS: readonly [Name, Name][] = [
  ...(['page', ...IFRAMES] as const).map((from): [Name, Name] => [from, 'server']),
  ...HELPERS.map((to): [Name, Name] => ['server', to]),
];
/** A helper's answers go past the server. */
const ANSWERS: readonly [Name, Name][] = HELPERS.flatMap((from) =>
  (['page', ...IFRAMES] as const).map((to): [Name, Name] => [from, to]),
);

/** How far past it. */
const BEND: Partial<Record<Name, number>> = { 'helper 1': -50, 'helper 2': 350 };

function way(from: Name, to: Name): string {
  const [x1, y1] = CENTRES[from];
  const [x2, y2] = CENTRES[to];
  const bend = to === 'server' || from === 'server' ? undefined : BEND[from];
  return bend === undefined
    ? `M ${x1} ${y1} L ${x2} ${y2}`
    : `M ${x1} ${y1} Q ${(x1 + x2) / 2} ${bend} ${x2} ${y2}`;
}

const edge = ([from, to]: readonly [Name, Name]): unknown =>
  svg`<path class="edge" data-edge="${from} - ${to}" d=${way(from, to)} pathLength="1"></path>`;

export class Picture {
  readonly #host: HTMLElement;
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /** Each thread with a word about it; nothing if it is gone. */
  show(state: (name: Name) => string | undefined): void {
    const node = (name: Name): unknown => {
      const [x, y] = CENTRES[name];
      const says = state(name);
      return svg`<g
        class="node ${says === undefined ? 'gone' : ''}"
        data-node=${name}
        data-says=${says ?? 'gone'}
        transform="translate(${x - WIDTH / 2} ${y - HEIGHT / 2})"
      >
        <rect width=${WIDTH} height=${HEIGHT} rx="8"></rect>
        <text x=${WIDTH / 2} y="21">${name}</text>
        <text x=${WIDTH / 2} y="38" class="says">${says ?? 'gone'}</text>
      </g>`;
    };
    render(
      html`<svg viewBox="0 0 480 300" role="img" aria-label="who talks to whom">
        ${[...REQUESTS, ...ANSWERS].map(edge)}
        <g class="sparks"></g>
        ${NAMES.map(node)}
      </svg>`,
      this.#host,
    );
  }

  /** A message that travels. */
  light(event: Event): void {
    if (event.type === 'sent') this.#spark(event.call.from, 'server');
    if (event.type === 'handed') this.#spark('server', event.to);
    if (event.type === 'answered') this.#spark(event.by, event.call.from);
  }

  #spark(from: Name, to: Name): void {
    const backwards = from === 'server' && !HELPERS.some((helper) => helper === to);
    const name = backwards ? `${to} - ${from}` : `${from} - ${to}`;
    const line = this.#host.querySelector<SVGPathElement>(`[data-edge="${name}"]`);
    if (line === null) return;
    line.dataset['messages'] = String(Number(line.dataset['messages'] ?? 0) + 1);

    const spark = line.cloneNode() as SVGPathElement;
    delete spark.dataset['edge'];
    spark.setAttribute('class', backwards ? 'spark reply' : `spark ${to === 'server' ? '' : 'on'}`);
    this.#host.querySelector('.sparks')?.append(spark);
    const offsets = backwards ? [-1, 0.2] : [0.2, -1];
    const frames = this.#still.matches ? { opacity: [1, 0] } : { strokeDashoffset: offsets };
    if (this.#still.matches) spark.style.strokeDasharray = 'none';
    spark.animate(frames, { duration: 700, easing: 'ease-in-out' }).onfinish = () => spark.remove();
  }
}
