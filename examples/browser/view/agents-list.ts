/** A button for each thread that can be ended, and brought back. */
import { html, render } from 'lit-html';
import { IFRAMES, ENDABLE, type Agents, type AgentName } from '../agents.js';

const isFrame = (name: AgentName): boolean => IFRAMES.some((iframe) => iframe === name);

export function showAgents(agents: Agents, host: HTMLElement): void {
  const item = (name: AgentName): unknown => {
    const lives = agents.lives(name);
    const act = (): void => (lives ? agents.end(name) : agents.start(name));
    return html`<li class=${lives ? 'lives' : 'gone'}>
      <span>${name}</span>
      <button data-agent=${name} data-lives=${lives} @click=${act}>
        ${lives ? (isFrame(name) ? 'Remove' : 'Kill') : 'Bring back'}
      </button>
    </li>`;
  };
  render(html`${ENDABLE.map(item)}`, host);
}
