/** The whispers: sender or receiver, text, and whether it was read. */
import { button, element, place, who } from './dom.js';

export type Outcome = 'read' | 'lost' | 'absent';

/** The text is hidden until a click. */
export function showReceived(from: string, text: string, read: () => void): void {
  const open = button('Read', () => {
    read();
    open.replaceWith(text);
    item.dataset['state'] = 'read';
  });
  const item = show('from', from, open);
  item.dataset['state'] = 'unread';
}

/** Shows the outcome, once it is known. */
export function showSent(to: string, text: string): (outcome: Outcome, says: string) => void {
  const state = element('small', {}, 'not read yet');
  const item = show('to', to, text, state);
  item.dataset['state'] = 'waiting';
  return (outcome, says) => {
    item.dataset['state'] = outcome;
    state.textContent = says;
  };
}

function show(way: 'from' | 'to', name: string, ...content: (string | Node)[]): HTMLElement {
  const item = element('li', { way, name }, `${way} `, who(name), element('p', {}, ...content));
  place('whispers').prepend(item);
  return item;
}
