/** What stands behind a Client: its line to the server. */
import { afterArrived } from '../transport/deadlines.js';
import { ClientConnection, type ConnectionOwner } from './client-connection.js';
import { ConnectionChain } from './connection-chain.js';
import { reportUndelivered } from '../transport/undelivered.js';
import type { Endpoint } from '../connect/endpoint.js';
import type { UmpError } from '../errors.js';
import { Failure } from '../support/failure.js';
import { SessionState } from './session-state.js';
import type { Finalizable } from '../support/finalization.js';
import { unsendableFailure } from './held-message.js';
import { LoopRefCount } from '../support/loop-ref.js';
import type { Transport } from '../transport/transport.js';
import { openTransport } from '../transport/driver.js';
import { createPeerChannel } from '../transport/ports.js';
import type { OnDropped, SendOptions } from '../options.js';
import { Outbox } from './outbox.js';
import type { WorkingPort } from '../support/platform.js';
import { Requests } from './requests.js';
import { goneOf, outcomeOf } from '../protocol/values.js';
import * as frames from '../protocol/frames.js';

export class Session implements ConnectionOwner, Finalizable {
  readonly state = new SessionState();
  readonly loopRef = new LoopRefCount((yes) => {
    this.connections.setRef(yes);
  });
  readonly onDropped: OnDropped | undefined;
  readonly heartbeat: number | undefined;
  /** Of a connection: who may know why its first carrier was lost. */
  endpoint: Pick<Endpoint, 'reportExitReason'> | undefined = undefined;
  /** Told when this line needs its ports no more. */
  onFinished: (() => void) | undefined = undefined;
  readonly connections: ConnectionChain;
  readonly outbox: Outbox;
  readonly requests = new Requests(this);
  #byeSent = false;
  /** Something was sent that no answer will tell about. */
  #sentOneWay = false;

  constructor(transport: Transport, capacity?: number, onDropped?: OnDropped, heartbeat?: number) {
    this.onDropped = onDropped;
    this.heartbeat = heartbeat;
    this.connections = new ConnectionChain(this, transport);
    this.outbox = new Outbox(this, capacity);
  }

  get capacity(): number | undefined {
    return this.outbox.capacity;
  }

  // ── what is sent ───────────────────────────────────────────────────────────────────────────────

  sendPost(stackStartFn: unknown, msg: unknown, options: SendOptions | undefined): void {
    this.state.throwIfClosed(stackStartFn);
    this.outbox.sendPost(stackStartFn, msg, options);
    this.#sentOneWay = true;
  }

  /**
   * The port of one more client of the same server; `capacity` goes along for whatever takes it up.
   */
  addClient(stackStartFn: unknown, kind: frames.ClientKind, capacity?: number): WorkingPort {
    this.state.throwIfClosed(stackStartFn);
    const { port1, port2 } = createPeerChannel(this.connections.current.peerId, capacity);
    this.#sentOneWay = true;
    this.outbox.sendControl(() => {
      this.connections.addClient(port1, kind);
    });
    return port2;
  }

  /** Fulfils with undefined when there is room, with a Failure when there never will be. */
  ready(): Promise<Failure | undefined> {
    return this.loopRef.during(this.#ready());
  }

  async #ready(): Promise<Failure | undefined> {
    // How much there is room for the server says when it takes this client up.
    if (this.capacity === undefined) await this.state.connected.catch(() => undefined);
    const failure = this.state.closeReason ?? (await this.outbox.ready());
    this.state.isReported ||= failure !== undefined;
    return failure;
  }

  get connected(): Promise<void> {
    this.state.isAwaited = true;
    return this.loopRef.during(this.state.connected);
  }

  get closed(): Promise<UmpError> {
    this.state.isReported = true;
    return this.state.closed;
  }

  // ── frames from the server, or from the holder of a moved request ──────────────────────────────

  onConnected(capacity: number): void {
    if (this.state.isConnected) return;
    this.state.connect();
    this.outbox.setCapacity(capacity);
    this.finishIfDone();
  }

  /** A frame that was given before the line was open, and cannot be sent any more. */
  notSent(frame: frames.Frame, cause: unknown): void {
    if (frame[0] === frames.REQ) {
      this.requests.pendingFor(this.connections.first, frame[1])?.fail(unsendableFailure(cause));
    }
    reportUndelivered(this.onDropped, frame);
    if (frame[0] === frames.REQ || frame[0] === frames.POST) this.outbox.window?.grant(1);
  }

  onCapacity(capacity: number): void {
    this.outbox.setCapacity(capacity);
  }

  handle(connection: ClientConnection, frame: frames.ToClient): void {
    switch (frame[0]) {
      case frames.REPLY:
      case frames.FAIL:
      case frames.HANDLER_ERROR:
      case frames.ERR:
        this.#onReply(connection, frame);
        break;
      case frames.MOVED:
        this.#onMoved(connection, frame);
        break;
      case frames.LIVENESS:
        this.requests.movedConnection(frame[4])?.learnHolder(frame);
        break;
      case frames.CREDIT:
        this.outbox.window?.grant(frame[1]);
        break;
      case frames.GOAWAY:
        this.#onGoAway(connection, frame);
        break;
      case frames.REDIRECT:
        this.connections.redirect(openTransport(frame[1]));
        this.outbox.window?.onRedirect();
        this.connections.setRef(this.loopRef.isHeld);
        break;
      case frames.ADOPTED:
        connection.awaitsAdopted = false;
        this.requests.adopt(connection, new Set(frame[1]));
        this.requests.failUnanswerable(new Failure('ServerDisappeared'));
        if (connection === this.connections.current) this.outbox.window?.onAdopted(frame[2]);
        break;
      default:
        connection.refuse();
    }
  }

  #onReply(connection: ClientConnection, frame: frames.ReplyFrame | frames.Err): void {
    const pending = this.requests.pendingFor(connection, frame[1]);
    if (pending !== undefined) this.requests.settle(pending, this.#outcomeOf(frame));
    else reportUndelivered(this.onDropped, frame);
    if (connection.isOneShot) connection.close();
  }

  /**
   * A request that the server did not take fails as the line did: that has the cause, if there is
   * one.
   */
  #outcomeOf(frame: frames.ReplyFrame | frames.Err): unknown {
    const { state } = this;
    if (frame[0] !== frames.ERR || frame[2] !== state.closeReason?.code) return outcomeOf(frame);
    state.isReported = true;
    return frame[3] === undefined ? state.closeReason : outcomeOf(frame);
  }

  #onGoAway(connection: ClientConnection, frame: frames.GoAway): void {
    const next = this.connections.after(connection);
    // From a home that was left: so is the one after it, with what it had not read yet.
    if (next !== undefined) next.startOrphanTimer();
    else {
      // What it has not taken it refuses one by one.
      const failure = goneOf(frame);
      if (failure === undefined) connection.refuse('malformed error records');
      else {
        this.#closeFor(failure);
        this.finishIfDone();
      }
    }
  }

  /** The answer will come by a port of its own, whatever becomes of the server. */
  #onMoved(connection: ClientConnection, [, id, port]: frames.Moved): void {
    const pending = this.requests.pendingFor(connection, id);
    const moved = new ClientConnection(this, openTransport(port), true, pending);
    if (pending === undefined) moved.send([frames.CANCEL, 0]);
    else {
      pending.connection = moved;
      moved.setRef(this.loopRef.isHeld);
    }
    if (connection.isOneShot) connection.close();
  }

  reportExitReason(connection: ClientConnection, tell: () => void): void {
    const { endpoint } = this;
    if (connection === this.connections.first && endpoint?.reportExitReason)
      endpoint.reportExitReason(tell);
    else tell();
  }

  connectionEnded(connection: ClientConnection, why: Failure): void {
    if (connection.isOneShot) {
      const failure = why.code === 'ServerDisappeared' ? new Failure('NoReply') : why;
      if (connection.onlyRequest !== undefined)
        this.requests.settle(connection.onlyRequest, failure);
      return;
    }
    if (connection === this.connections.current) this.#closeFor(why);
    this.requests.failUnanswerable(why);
    this.finishIfDone();
  }

  // ── the line itself ────────────────────────────────────────────────────────────────────────────

  /** What the user wants of the loop, whatever is pending; undefined: nothing any more. */
  overrideRef(hold: boolean | undefined): void {
    this.loopRef.override(hold);
    this.requests.setRefs(this.loopRef.isHeld);
  }

  /** The connection cannot be made. */
  fail(failure: Failure): void {
    this.connections.first.end(failure);
  }

  /** The agent that answered a connection; before that no death of its is seen. */
  watchHost(life: string): void {
    this.connections.first.watchPeer(life);
  }

  /** The server's first home is known to be dead; what it had sent before still counts. */
  hostDied(failure: Failure): void {
    afterArrived(() => {
      this.fail(failure);
    });
  }

  /** No new calls; those that wait still settle, then the ports close. */
  close(): void {
    this.state.close(new Failure('Detached'));
    this.overrideRef(undefined);
    this.outbox.sendControl(() => {
      this.#sayBye();
      this.finishIfDone();
    });
    this.finishIfDone();
  }

  finalize(): void {
    this.close();
  }

  #closeFor(failure: Failure): void {
    this.state.close(failure);
    this.outbox.window?.fail(failure);
  }

  #sayBye(): void {
    if (!this.#byeSent) this.connections.current.send([frames.BYE]);
    this.#byeSent = true;
  }

  finishIfDone(): void {
    const { closeReason, isConnected } = this.state;
    if (closeReason === undefined || !this.requests.areSettled || this.outbox.holdsPosts) return;
    this.outbox.window?.fail(closeReason);
    this.#sayBye();
    // What was sent by a port that nobody has taken up yet would be lost with it.
    if (!isConnected && this.#sentOneWay && !this.connections.current.isClosed) return;
    this.connections.close();
    this.onFinished?.();
  }
}
