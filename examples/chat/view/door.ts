/** The form for the name. */
import { inputOf, onEnter, place } from './dom.js';

export function onJoin(join: (name: string) => Promise<void>): void {
  const fields = place('name');
  onEnter('door', 'refusal', async (name) => {
    // One name at a time.
    fields.toggleAttribute('disabled', true);
    try {
      await join(name);
    } finally {
      fields.toggleAttribute('disabled', false);
    }
  });
}

export function refuse(why: string): void {
  place('refusal').textContent = why;
}

export function enter(name: string): void {
  document.title = `${name} · chat`;
  place('me').textContent = name;
  place('door').hidden = true;
  place('inside').hidden = false;
  inputOf('say').focus();
}
