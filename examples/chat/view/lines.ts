/** The lines of the room. */
import type { Line } from '../line.js';
import { element, place, who } from './dom.js';

const HOURS = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/**
 * Earlier lines arrive by a stream and new ones by posts, so each line is inserted at its number.
 */
export function showLine({ number, kind, name, text, at }: Line): void {
  const list = place('lines');
  const says = kind === 'said' ? text : kind;
  const line = element(
    'li',
    { number: String(number), kind, name },
    element('time', {}, HOURS.format(at)),
    who(name),
    element('span', {}, says),
  );
  const later = [...list.children].find(
    (each) => each instanceof HTMLElement && Number(each.dataset['number']) > number,
  );
  list.insertBefore(line, later ?? null);
  list.scrollTop = list.scrollHeight;
}
