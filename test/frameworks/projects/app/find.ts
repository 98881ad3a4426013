const words = ['port', 'portal', 'post', 'reply', 'report'];

/** How many searches for "*" have begun, and how many searches were given up. */
export let endless = 0;
export let given = 0;

/** What contains the text; a search for "*" ends only when its caller gives up. */
export function find(text: string, signal: AbortSignal): Promise<string[]> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      given++;
      resolve([]);
    });
    if (text === '*') endless++;
    else resolve(words.filter((word) => word.includes(text)));
  });
}
