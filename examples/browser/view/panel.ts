/** The buttons of one client, and the tile that was rendered for it last. */
import { html, render } from 'lit-html';
import { SIZE, type Caller } from '../caller.js';

/** One in this many calls is a heavy one. */
const HEAVY_EVERY = 10;

const RATES = { off: 0, '2/s': 2, '10/s': 10, '50/s': 50 };
const TIMEOUTS = { none: undefined, '1 s': 1000, '30 s': 30_000 };
const LIMITS = { '10 k': 10_000, '100 k': 100_000, '1 M': 1_000_000 };

export function showPanel(host: HTMLElement, caller: Caller): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let turn = 0;
  const load = (perSecond: number): void => {
    clearInterval(timer);
    if (perSecond === 0) return;
    timer = setInterval(() => {
      void (turn++ % HEAVY_EVERY === 0 ? caller.heavy() : caller.light());
    }, 1000 / perSecond);
  };

  render(
    html`<div class="panel">
      <canvas width=${SIZE} height=${SIZE} aria-label="the tile rendered last"></canvas>
      <div class="settings">
        <div class="buttons">
          <button data-do="light" @click=${() => caller.light()}>Light</button>
          <button data-do="heavy" @click=${() => caller.heavy()}>Heavy</button>
          <button data-do="cancel" @click=${() => caller.cancel()}>Cancel</button>
        </div>
        ${choice('Load', RATES, '2/s', load)}
        ${choice('Timeout', TIMEOUTS, '30 s', (timeout) => (caller.timeout = timeout))}
        ${choice('Steps', LIMITS, '100 k', (limit) => (caller.limit = limit))}
      </div>
    </div>`,
    host,
  );

  const canvas = host.querySelector('canvas')?.getContext('2d');
  caller.onTile = (pixels) => canvas?.putImageData(new ImageData(pixels, SIZE), 0, 0);
}

/** Buttons of which one is pressed; `choose` gets the pressed one, at first the first. */
function choice<T>(
  title: string,
  values: Record<string, T>,
  first: string,
  choose: (value: T) => void,
): unknown {
  const radio = ([label, value]: [string, T]): unknown => {
    if (label === first) choose(value);
    return html`<label>
      <input
        type="radio"
        name=${title}
        data-do=${`${title} ${label}`}
        ?checked=${label === first}
        @change=${() => choose(value)}
      />${label}
    </label>`;
  };
  return html`<div class="choice" role="radiogroup" aria-label=${title}>
    <span>${title}</span>
    ${Object.entries(values).map(radio)}
  </div>`;
}
