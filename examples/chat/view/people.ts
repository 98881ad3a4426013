/** The tabs in the room. A click begins a whisper. */
import { button, element, place, who } from './dom.js';
import { address } from './say.js';

export function showPeople(names: string[]): void {
  const item = (name: string): HTMLElement => {
    const press = button('', () => address(name));
    press.append(who(name));
    press.title = `whisper to ${name}`;
    return element('li', { name }, press);
  };
  place('people').replaceChildren(...names.map(item));
}
