/**
 * A whisper goes directly from tab to tab. The SharedWorker only looks up the other tab, and never
 * gets the text.
 */
import { isUmpError } from 'ump-ng';
import { remote, whereis } from 'ump-ng/actors';
import type { Tab } from './tab.js';
import { showSent } from './view/whispers.js';

export async function whisper(from: string, to: string, text: string): Promise<void> {
  const client = await whereis(to);
  const settle = showSent(to, text);
  if (client === undefined) {
    settle('absent', `no one with the name ${to} is here`);
    return;
  }
  try {
    await remote<Tab>(client).req.whisper(from, text);
    settle('read', 'read');
  } catch (error) {
    // ServerDisappeared or NoReply: the other tab was closed.
    settle('lost', `${to} left without reading it (${isUmpError(error) ? error.code : 'failed'})`);
  } finally {
    client.close();
  }
}
