/** The fuzzer in a page: `fuzz.search(options)`, and `fuzz.play(stories)`. */
import { search, type SearchOptions } from './guide/search.js';
import { play } from './play.js';
import { textOf, type Story } from './stories/story.js';

const fuzz = {
  search: (options: SearchOptions) => search(options),

  /** What is wrong with each story with which something is. */
  async play(stories: readonly Story[]): Promise<string[]> {
    const wrong: string[] = [];
    for (const story of stories) {
      const { problems } = await play(story);
      if (problems.length > 0) wrong.push(`${textOf(story)}: ${problems.join('; ')}`);
    }
    return wrong;
  },
};

Object.assign(globalThis, { fuzz });
