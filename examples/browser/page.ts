/** The page: a client like the iframes; it also starts, ends and watches the other agents. */
import { Agents, IFRAMES, ENDABLE } from './agents.js';
import { Caller } from './caller.js';
import { Ledger } from './ledger.js';
import type { Event, Name } from './messages.js';
import { showAgents } from './view/agents-list.js';
import { showCalls } from './view/calls.js';
import { Charts } from './view/charts.js';
import { showPanel } from './view/panel.js';
import { Picture } from './view/picture.js';

const place = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
};
const places = {
  numbers: place('numbers'),
  latency: place('latency'),
  queue: place('queue'),
  totals: place('totals'),
  pending: place('pending'),
  settled: place('settled'),
};

const ledger = new Ledger();
const picture = new Picture(place('picture'));
const charts = new Charts(ledger, places);

function tell(event: Event): void {
  ledger.note(event);
  picture.light(event);
  if (event.type === 'settled' && event.outcome === 'value') charts.settled(event.call, event.ms);
  changed();
}

const caller = new Caller('page', tell);
const agents = new Agents({
  tell,
  changed,
  useService: (service) => caller.use(service),
  placeOf: (iframe) => place(iframe),
});

/** The state of an agent, in a word. */
function busy(name: Name): string | undefined {
  if (!agents.lives(name)) return undefined;
  if (name === 'server') return `${ledger.queue.length} in the queue`;
  if (name === 'helper 1' || name === 'helper 2') {
    return ledger.renders(name) ? 'rendering' : 'idle';
  }
  return `${ledger.pending.filter(({ from }) => from === name).length} pending`;
}

let drawing = false;
function changed(): void {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    picture.show(busy);
    showAgents(agents, place('agents'));
    showCalls(ledger, places);
  });
}

picture.show(busy);
showPanel(place('page'), caller);
for (const name of ENDABLE) agents.start(name);
for (const iframe of IFRAMES) place(iframe).setAttribute('aria-label', iframe);
setInterval(() => charts.draw(), 250);
