/** The form for text: a line for all, or `/to ann hello` for one tab. */
import { inputOf, onEnter, place } from './dom.js';

const WHISPER = /^\/to (\S+) (.+)$/s;

export interface Speaker {
  say(text: string): Promise<void>;
  whisper(to: string, text: string): Promise<void>;
}

export function onSay(speaker: Speaker): void {
  const input = inputOf('say');
  onEnter('say', 'problem', async (text) => {
    const [, to, secret] = WHISPER.exec(text) ?? [];
    if (to !== undefined && secret !== undefined) {
      input.value = '';
      await speaker.whisper(to, secret);
    } else if (text.startsWith('/')) {
      place('problem').textContent = 'To whisper, write: /to name text';
    } else if (text !== '') {
      input.value = '';
      await speaker.say(text);
    }
  });
}

/** Begins a whisper. */
export function address(name: string): void {
  const input = inputOf('say');
  input.value = `/to ${name} `;
  input.focus();
}
