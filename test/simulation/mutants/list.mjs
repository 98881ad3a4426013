// The mutants: each is one fault, written into one file of `src`. `text` stands exactly once there.
import { actors } from './actors.mjs';

/**
 * @typedef {object} Mutant
 * @property {string} name What the faulty package does.
 * @property {string} file Below `src`.
 * @property {string} text
 * @property {string} replacement
 * @property {string} workload Whose scenarios are run: `clients` or `actors`.
 * @property {string} [setting] Only scenarios of this setting are run.
 */

/** @type {(...fields: [string, string, string, string, string?]) => Mutant} */
const mutant = (file, name, text, replacement, setting) => ({
  name,
  file,
  text,
  replacement,
  workload: 'clients',
  setting,
});

const messages = [
  mutant(
    'core/client/send-window.ts',
    'ready() reserves no room',
    'this.#waitsForCallers = true;\n      this.#promise();',
    '',
  ),
  mutant(
    'core/client/send-window.ts',
    'a room is promised to two callers of ready()',
    'this.#promised = this.#promisedLate;',
    'this.#promised = 0;',
  ),
  mutant(
    'core/client/held-message.ts',
    'a request that waited for credit is sent with its earlier id',
    'session.requests.renumber(this.#pending);',
    '{}',
  ),
  mutant(
    'core/server/server-connection.ts',
    'no credit returns for messages that are taken together',
    'if (this.#owedCredit > 0) this.send(',
    'if (this.#owedCredit === 1) this.send(',
  ),
  mutant(
    'core/client/session-frames.ts',
    'the client ignores credit',
    'outbox.window?.grant(frame[1]);',
    '',
  ),
  mutant(
    'core/client/outbox.ts',
    'the client sends without credit',
    'if (window?.hasCredit === false) {\n      sendValue(',
    'if (window?.hasCredit === undefined) {\n      sendValue(',
  ),
  mutant(
    'core/client/request-table.ts',
    'a request gets the id of the one before it',
    'this.#lastId = pending.id;',
    'this.#lastId = pending.id & ~1;',
  ),
  mutant(
    'core/server/mailbox.ts',
    'a message overtakes the unread one before it',
    'else this.unread.push(connection, frame);',
    `else {
        const last = this.unread.size === 1 ? this.unread.shift() : undefined;
        this.unread.push(connection, frame);
        if (last !== undefined) this.unread.push(last.connection, last.frame);
      }`,
  ),
  mutant(
    'core/client/request-table.ts',
    'the server does not learn of an abort',
    'this.session.connections.sendToAll([frames.CANCEL, pending.id]);',
    '{}',
  ),
  mutant(
    'core/client/request-table.ts',
    'the replier of a moved context does not learn of an abort',
    'connection.send([frames.CANCEL, 0]);\n      connection.setRef(false);',
    'connection.setRef(false);',
  ),
  mutant(
    'core/reply/reply-connection.ts',
    'rctx.signal does not abort',
    'if (controller !== undefined) abort(controller);',
    '',
  ),
  mutant(
    'core/client/pending-request.ts',
    'the timer of a request that has settled goes on',
    '(this.#stopWatching ??= []).push(stop);',
    'void stop;',
  ),
  mutant(
    'core/client/pending-request.ts',
    'a timeout ends no request',
    'if (!this.isSettled) this.owner.abandon(this, timeoutFailure(this.elapsedTimeout ?? 0));',
    '',
  ),
  mutant(
    'core/client/request-table.ts',
    'a request that was settled while it waited for credit is sent later',
    'pending.held?.drop();',
    '',
  ),
  mutant(
    'core/reply/reply-context.ts',
    'a reply is sent twice',
    'if (isPending) sendValue(stackStartFn, connection, tag, this.#id, value, options);',
    `if (isPending) sendValue(stackStartFn, connection, tag, this.#id, value, options);
    if (isPending) sendValue(stackStartFn, connection, tag, this.#id, value, options);`,
  ),
  mutant(
    'core/client/outbox.ts',
    'a post is sent twice',
    'sendValue(stackStartFn, this.session.connections.current, frames.POST, 0, msg, options);',
    `sendValue(stackStartFn, this.session.connections.current, frames.POST, 0, msg, options);
    sendValue(stackStartFn, this.session.connections.current, frames.POST, 0, msg, options);`,
  ),
];

const ends = [
  mutant(
    'core/client/session.ts',
    'a client that waits for replies only says no BYE',
    `      this.#sayBye();
      this.closeIfDone();
    });`,
    `      this.closeIfDone();
    });`,
  ),
  mutant(
    'core/server/server-connection.ts',
    'a client does not learn that its server has closed (no GOAWAY)',
    '    this.send([frames.GOAWAY]);\n',
    '',
  ),
  mutant(
    'core/server/server-connection.ts',
    'a request that is unread when the server closes gets no answer',
    "this.send([frames.ERR, frame[1], 'ServerDisappeared']);",
    '',
  ),
  mutant(
    'web/closing-transport.ts',
    'a transport that closes sends no FIN',
    '    this.send([FIN]);\n',
    '',
  ),
  mutant('web/port-transport.ts', 'a port is not closed', '    this.#port.close();\n', ''),
  mutant(
    'core/transport/ports.ts',
    'a port that nothing takes up is not closed',
    '  openTransport(port).close();\n',
    '  void port;\n',
  ),
  mutant(
    'core/server/server-connection.ts',
    'a weak client keeps the server going',
    'return this.kind !== frames.WEAK && !this.isHalfClosed;',
    'return !this.isHalfClosed;',
  ),
  mutant(
    'core/server/mailbox.ts',
    'a client that was lost still counts',
    'if (connection.countsAsClient) this.lifetime.clientLeft();\n    this.lifetime.drained.check();',
    'this.lifetime.drained.check();',
  ),
  mutant(
    'core/server/mailbox.ts',
    'a request of a client that was lost stays in the mailbox',
    'eachInBatches(this.unread.removeRequestsOf(connection), reject);',
    '',
    'threads',
  ),
  mutant(
    'core/client/client.ts',
    'a client that was collected is not closed',
    '    this.#session = session;\n    finalizeOnCollect(this, session, session);\n  }\n\n  static {',
    '    this.#session = session;\n  }\n\n  static {',
  ),
  mutant(
    'core/reply/reply-context.ts',
    'a context that was collected is not answered',
    "this.#connection.reject(this.#id, 'NoReply');",
    '',
  ),
];

const deaths = [
  mutant(
    'core/transport/peer-watch.ts',
    'the agent of a peer is not watched',
    `this.#stopAgent = liveness()?.watch(agentId, () => {
      afterArrived(this.#onLost);
    });`,
    '',
  ),
  mutant(
    'core/transport/peer-watch.ts',
    'the holder of a port is not watched',
    'this.startOrphanTimer();\n      }),',
    '}),',
  ),
  mutant(
    'core/transport/peer-watch.ts',
    'a new client inherits no holder',
    'if (holder !== undefined) this.#takeHolder(holder);',
    'if (holder !== undefined) return;',
    'workers',
  ),
  mutant(
    'web/liveness.ts',
    'an agent holds no lock',
    'return new Promise((release) => {\n          this.#release = release;\n        });',
    'return Promise.resolve();',
  ),
  mutant(
    'web/liveness.ts',
    'a lock of which the agent has ended reports no death',
    '    const died = (): void => {\n      this.reportDeath(agentId);\n    };',
    '    const died = (): void => undefined;',
  ),
  mutant(
    'web/worker.ts',
    'terminate() is not noticed',
    "this.#ended('the worker was terminated');",
    '',
  ),
  mutant(
    'web/startup.ts',
    'a script that cannot be loaded is not noticed',
    'failed(`the worker failed to start: ${message}`, { cause: error ?? event });',
    'void [failed, message, error];',
  ),
  mutant(
    'core/client/request-table.ts',
    'a request whose replier is lost does not fail',
    'if (onlyRequest !== undefined) this.settle(onlyRequest, failure);',
    'void [onlyRequest, failure];',
  ),
  mutant(
    'core/client/session.ts',
    'requests to a server that is lost do not fail',
    'this.requests.failUnanswerable(why);\n',
    '',
  ),
  mutant(
    'web/liveness.ts',
    'an agent takes the death of one agent for that of all',
    'for (const died of watchers) died();',
    'for (const died of [...this.#watchers.values()].flatMap((all) => [...all])) died();\n    for (const died of watchers) died();',
  ),
];

const moves = [
  mutant(
    'core/server/migration-source.ts',
    'BYE of a client is lost when its server migrates',
    'if (connection.isHalfClosed) this.forward(connection, [frames.BYE]);',
    '',
  ),
  mutant(
    'core/client/request-table.ts',
    'the caller ignores that a context has moved',
    'pending.connection = moved;',
    '',
  ),
  mutant(
    'core/server/migration-source.ts',
    'the unread messages of a server that migrates are lost',
    'for (const { connection, frame } of unread) this.forward(connection, frame);',
    'void unread;',
  ),
  mutant(
    'core/server/migration-target.ts',
    'the new host reads a client before the old one is done with it',
    'this.#clients.set(key, { connection, ids: [] });',
    'this.#clients.set(key, { connection, ids: [] });\n    connection.start();',
  ),
  mutant(
    'core/server/migration-target.ts',
    'the new host does not report which requests it has',
    'if (frame[0] === frames.REQ) client.ids.push(frame[1]);',
    '',
  ),
  mutant(
    'core/client/connection-chain.ts',
    'the client does not say REDIRECTED',
    'this.current.send([frames.REDIRECTED]);',
    '',
  ),
  mutant(
    'core/transport/port-holders.ts',
    'a port does not announce its next holder',
    '    reportHolder(port, holder, sender);\n',
    '',
  ),
  mutant(
    'core/client/client.ts',
    'a client that is given away stays open',
    'this.close();\n    return handOut(port);',
    'return handOut(port);',
  ),
];

const connecting = [
  mutant(
    'core/connect/listen.ts',
    'a listener ignores KNOCK',
    'if (kind === frames.KNOCK) this.#announce(answer);',
    '',
  ),
  mutant(
    'core/transport/connection.ts',
    'HELLO of the peer is ignored',
    'this.onHello?.(agreement.capacity);',
    '',
  ),
  mutant(
    'core/connect/listen.ts',
    'late clients of a server that has ended are not rejected',
    'mailbox.acceptClient(transport, frames.STRONG);\n    },\n    onDeath',
    'void transport;\n    },\n    onDeath',
  ),
  mutant(
    'core/client/session.ts',
    'a client that has only posted closes before it is connected',
    'if (this.#sentOneWay && this.connections.current.isOpening) return;',
    '',
  ),
];

/** @type {readonly Mutant[]} */
export const mutants = [...messages, ...ends, ...deaths, ...moves, ...connecting, ...actors];
