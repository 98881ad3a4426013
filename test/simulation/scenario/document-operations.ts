/** What happens to pages and frames. */
import type { Agent } from '../agent.js';
import { freeze, thaw } from '../platform/windows.js';
import {
  openPage,
  removeDocument,
  removeFrame,
  showFrame,
  startFrame,
  useSharedWorker,
} from './documents.js';
import { operation } from './operation.js';
import type { Situation } from './situation.js';

export const documents = {
  addFrame: operation(0, (situation) => {
    const { inventory, random, hasDeaths } = situation;
    const documentsThere = inventory.world.agents.filter(
      (agent) => agent.window?.document === agent,
    );
    const creator = situation.pick(documentsThere.map((agent) => ({ agent })))?.agent;
    if (creator === undefined || situation.isCrowded) return undefined;
    return startFrame(inventory, creator, random, hasDeaths);
  }),
  removeFrame: operation(0, (situation) => {
    const frame = situation.hasDeaths ? situation.take(situation.inventory.frames) : undefined;
    if (frame === undefined) return undefined;
    frame.agent.world.tell(`${frame.agent.name}: removes ${frame.document.name}`);
    return removeFrame(situation.inventory, frame);
  }),
  navigateFrame: operation(0, async (situation) => {
    const { inventory, random, hasDeaths } = situation;
    const frame = hasDeaths ? situation.pick(inventory.frames) : undefined;
    if (frame === undefined) return;
    const navigate = (): void => {
      showFrame(inventory, frame, random, hasDeaths);
    };
    const { document } = frame;
    await inventory.in(frame.agent, `navigates ${document.name}`, navigate);
    await removeDocument(inventory, document);
  }),
  openPage: operation(0, (situation) => {
    if (situation.isCrowded) return undefined;
    return openPage(situation.inventory, situation.inventory.world.agents[0]!, situation.random);
  }),
  closePage: operation(0, (situation) => {
    const page = situation.hasDeaths ? situation.take(situation.inventory.pages) : undefined;
    if (page === undefined) return undefined;
    page.agent.world.tell(`${page.agent.name} is closed`);
    return removeDocument(situation.inventory, page.agent);
  }),
  freezePage: operation(0, async (situation) => {
    const { inventory, hasDeaths } = situation;
    const page = hasDeaths ? situation.pick(inventory.pages)?.agent : undefined;
    if (page?.platform.keepsPages !== true || hasParts(situation, page)) return;
    page.world.tell(`${page.name} goes into the cache`);
    await freeze(page);
    inventory.cached.push(page);
  }),
  thawPage: operation(0, async (situation) => {
    const { inventory, random } = situation;
    const page = inventory.cached.shift();
    if (page === undefined) return;
    page.world.tell(`${page.name} comes back`);
    await thaw(page);
    await inventory.in(page, 'connects again', () => {
      useSharedWorker(inventory, page, random);
    });
  }),
};

/** Whether workers or frames would go into the cache with it. */
const hasParts = ({ inventory: { frames, workers } }: Situation, page: Agent): boolean =>
  frames.some(({ agent }) => agent === page) || workers.some(({ agent }) => agent === page);
