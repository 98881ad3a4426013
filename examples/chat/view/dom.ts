/** DOM helpers of this page. */
import { isUmpError } from 'ump-ng';

export function place(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

export function inputOf(form: string): HTMLInputElement {
  const input = place(form).querySelector('input');
  if (input === null) throw new Error(`#${form} has no input`);
  return input;
}

/**
 * An element with `data-` attributes. What is put into it as a string is text, never HTML: it is
 * what people wrote.
 */
export function element(
  tag: string,
  data: Record<string, string>,
  ...content: (string | Node)[]
): HTMLElement {
  const made = document.createElement(tag);
  Object.assign(made.dataset, data);
  made.append(...content);
  return made;
}

export function button(says: string, press: () => void): HTMLElement {
  const made = element('button', {}, says);
  made.addEventListener('click', press);
  return made;
}

/** In a colour of its own. */
export function who(name: string): HTMLElement {
  const made = element('b', {}, name);
  let hue = 0;
  for (const letter of name) hue = (hue * 14 + 147 * (letter.codePointAt(0) ?? 0)) % 360;
  made.style.setProperty('--hue', String(hue));
  return made;
}

/** Calls it with the text that was entered, and shows the error that it ends with. */
export function onEnter(
  form: string,
  problem: string,
  take: (text: string) => Promise<void>,
): void {
  const input = inputOf(form);
  place(form).addEventListener('submit', (event) => {
    event.preventDefault();
    place(problem).textContent = '';
    take(input.value.trim()).catch((error: unknown) => {
      const known = isUmpError(error);
      place(problem).textContent = known ? `${error.code}: ${error.message}` : String(error);
    });
  });
}
