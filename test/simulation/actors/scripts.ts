/** The global `Worker`, by which the library starts a thread from the URL of a script. */
import type { SimulatedWorker } from '../platform/workers.js';
import type { Scene } from './scene.js';
import { startThread } from './threads.js';
import type { Target } from './target.js';

/** Whose threads a script has. */
const scripts = new Map<string, { scene: Scene; target: Target }>();

/** Takes the place of the global class: `new` returns what it returns. */
function ScriptWorker(url: string): SimulatedWorker {
  const { scene, target } = scripts.get(url)!;
  return startThread(scene, target);
}

Object.defineProperty(globalThis, 'Worker', { value: ScriptWorker, configurable: true });

/** The URL of a script that serves the actors of this target. */
export function scriptOf(scene: Scene, target: Target): string {
  const url = `https://a.example/${target.id}.js`;
  scripts.set(url, { scene, target });
  return url;
}

/** Forgets the scripts of a scenario. */
export const forgetScripts = (): void => {
  scripts.clear();
};
