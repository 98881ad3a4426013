/** The screen of a terminal after some output: only the features that the examples use. */

export const COLUMNS = 80;

/** A control sequence (CSI), other control characters, or text. */
const PARTS = /\p{Cc}\[([?\d;]*)([A-Za-z])|\p{Cc}|\P{Cc}+/gu;

/** The possible beginning of a control sequence. */
const BEGUN = /\p{Cc}(?:\[[?\d;]*)?$/u;

/** So many rows that nothing scrolls off. */
export class Screen {
  readonly lines: string[] = [''];
  /** Called when the cursor leaves a line, or before a line is redrawn. */
  look: () => void = () => undefined;
  cursorIsShown = true;
  #row = 0;
  #column = 0;
  /** Whether long lines wrap. */
  #wraps = true;
  /** An incomplete control sequence. */
  #rest = '';

  write(text: string): void {
    const all = this.#rest + text;
    this.#rest = BEGUN.exec(all)?.[0] ?? '';
    const whole = all.slice(0, all.length - this.#rest.length);
    for (const [part, values = '', command] of whole.matchAll(PARTS)) {
      if (command !== undefined) this.#obey(command, values);
      else if (part === '\n') this.#down();
      else if (part === '\r') this.#toColumn(0);
      else if (part < ' ') throw new Error(`no terminal for ${JSON.stringify(part)}`);
      else for (const letter of part) this.#print(letter);
    }
  }

  #obey(command: string, values: string): void {
    const line = this.lines[this.#row] ?? '';
    const count = Number(values);
    if (command === 'G') this.#toColumn(Math.max(0, count - 1));
    else if (command === 'A') this.#row = Math.max(0, this.#row - Math.max(1, count));
    else if (command === 'K')
      this.lines[this.#row] = count === 2 ? '' : line.slice(0, this.#column);
    else if (values === '?25') this.cursorIsShown = command === 'h';
    else if (values === '?7') this.#wraps = command === 'h';
    // Colours.
    else if (command !== 'm') throw new Error(`no terminal for ${values}${command}`);
  }

  #toColumn(column: number): void {
    this.look();
    this.#column = column;
  }

  #down(): void {
    if (++this.#row === this.lines.length) this.lines.push('');
  }

  #print(letter: string): void {
    if (this.#column === COLUMNS && this.#wraps) {
      this.#column = 0;
      this.#down();
    }
    const at = Math.min(this.#column, COLUMNS - 1);
    const line = this.lines[this.#row] ?? '';
    this.lines[this.#row] = line.slice(0, at).padEnd(at) + letter + line.slice(at + 1);
    this.#column = at + 1;
  }
}
