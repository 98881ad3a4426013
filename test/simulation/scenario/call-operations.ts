/** Operations on messages: calls, posts, aborts and answers. */
import { Client } from '../library.js';
import { microtasks } from './inventory.js';
import { outcomeOf as codeOf } from './ledger.js';
import { operation } from './operation.js';

const MAX_TIMEOUT_MS = 300;
/** Nearly all of these are still running when the scenario is over, unless they are stopped. */
const LONG_TIMEOUT_MS = 1e7;

/** How many callers of ready() come nearly at once, and how many microtasks lie between them. */
const MAX_AT_ONCE = 8;
const MAX_GAP = 25;
/** How many microtasks such a caller needs until it sends. */
const MAX_LAG = 9;

export const calls = {
  request: operation(14, (situation) => {
    const { random, inventory, aborts } = situation;
    const found = situation.pickClient();
    if (found === undefined) return undefined;
    const { agent, sequence, client } = found;
    const limit = random.chance(0.2) ? LONG_TIMEOUT_MS : MAX_TIMEOUT_MS;
    const timeout = random.chance(0.2) ? Math.ceil(random.next() * limit) : undefined;
    const call = inventory.ledger.call(agent, sequence, timeout);
    const controller = new AbortController();
    aborts.set(call, controller);
    const isDeferred = timeout === undefined && random.chance(0.2);
    return situation.in(agent, `calls ${call.id} (${sequence.id}.${call.n})`, () => {
      inventory.request(client, call, { signal: controller.signal, timeout }, isDeferred);
    });
  }),
  post: operation(6, (situation) => {
    const caller = situation.pick(situation.inventory.callers);
    if (caller === undefined) return undefined;
    const { agent, client, sequence } = caller;
    const { inventory, random } = situation;
    if (client instanceof Client && random.chance(0.3)) {
      const isRequest = random.chance(0.4);
      const others = random.chance(0.4) ? random.below(MAX_AT_ONCE) : 0;
      const gap = random.below(MAX_GAP);
      const what = isRequest ? 'calls' : 'posts';
      return situation.in(agent, `${what} on client ${sequence.id} when there is room`, () => {
        inventory.sendWhenReady({ agent, client, sequence }, isRequest);
        for (let after = 0; after < others; after++) {
          const lag = random.below(MAX_LAG);
          void microtasks(gap + 2 * random.below(2)).then(() => {
            inventory.sendWhenReady({ agent, client, sequence }, false, lag);
          });
        }
      });
    }
    const post = (): void => {
      try {
        inventory.post(client, sequence);
      } catch (error) {
        const isFull = sequence.server.capacity !== undefined && codeOf(error) === 'MailboxFull';
        if (!isFull) throw error;
      }
    };
    return situation.in(agent, `posts ${sequence.id}.${sequence.sent + 1}`, post, sequence);
  }),
  abort: operation(3, (situation) => {
    const pending = situation.inventory.ledger.calls.filter(({ outcome }) => outcome === undefined);
    const call = situation.pick(pending);
    if (call === undefined) return undefined;
    return situation.in(call.agent, `aborts call ${call.id}`, () => {
      call.isAborted = true;
      situation.aborts.get(call)?.abort();
    });
  }),
  answer: operation(9, (situation) => {
    const openRequest = situation.take(situation.inventory.openRequests);
    if (openRequest === undefined) return undefined;
    return situation.in(openRequest.agent, `answers call ${openRequest.call.id}`, () => {
      situation.inventory.desk.answer(openRequest);
    });
  }),
};
