/**
 * A client in an iframe. The page connects it to the server, and to the next server if that one
 * ends.
 */
import { Client, listen, PostClient } from 'ump-ng';
import { Caller } from './caller.js';
import type { Asking, Event, ToIframe } from './messages.js';
import { showPanel } from './view/panel.js';

/** The name of this iframe, from the first message of the page. */
let caller!: Caller;

for await (const message of listen<ToIframe>(undefined, { allowedOrigins: [location.origin] })) {
  if (message.type !== 'post') continue;
  const { msg } = message;
  if (msg.type === 'service') caller.use(Client.from(msg.service));
  else {
    const events = PostClient.from<Event>(msg.events);
    caller = new Caller(msg.name as Asking, (event) => events.post(event));
    showPanel(document.body, caller);
  }
}
