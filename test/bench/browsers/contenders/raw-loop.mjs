// The same by hand, with the parts that a server needs to reply later: a queue for a `for
// await` loop, a context for each request, and a table of the open ones. It shows the cost of the
// structure alone.
import { callOver } from './raw.mjs';

class Context {
  #mailbox;
  #id;

  constructor(mailbox, id) {
    this.#mailbox = mailbox;
    this.#id = id;
  }

  reply(value, transfer = []) {
    if (!this.#mailbox.open.delete(this.#id)) throw new Error('already answered');
    this.#mailbox.channel.postMessage([this.#id, value], transfer);
  }
}

class Mailbox {
  open = new Set();
  #unread = [];
  #wake;

  constructor(channel) {
    this.channel = channel;
    channel.addEventListener('message', ({ data: [id, msg] }) => {
      this.open.add(id);
      const message = { msg, rctx: new Context(this, id) };
      if (this.#wake === undefined) this.#unread.push(message);
      else this.#wake({ done: false, value: message });
      this.#wake = undefined;
    });
  }

  [Symbol.asyncIterator]() {
    return { next: () => this.#next() };
  }

  #next() {
    if (this.#unread.length > 0) {
      return Promise.resolve({ done: false, value: this.#unread.shift() });
    }
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

// One-way messages would not be requests.
export const open = (channel) => ({ ...callOver(channel), post: undefined });

export async function serve(service) {
  for await (const { msg, rctx } of new Mailbox(globalThis)) {
    const reply = service.request(msg);
    rctx.reply(reply, service.transfer(reply));
  }
}
