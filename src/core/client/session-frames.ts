/** What a session does with each frame from the server, or from the replier of a moved request. */
import * as frames from '../protocol/frames.js';
import { goAwayFailure } from '../protocol/values.js';
import { Failure } from '../support/failure.js';
import { openTransport } from '../transport/driver.js';
import type { ClientConnection } from './client-connection.js';
import type { Session } from './session.js';

export function handleFrame(
  session: Session,
  connection: ClientConnection,
  frame: frames.ToClient,
): void {
  const { connections, requests, outbox } = session;
  switch (frame[0]) {
    case frames.REPLY:
    case frames.FAIL:
    case frames.HANDLER_ERROR:
    case frames.ERR:
      requests.onReply(connection, frame);
      break;
    case frames.UNREAD:
      requests.onUnread(connection, frame);
      break;
    case frames.MOVED:
      requests.onMoved(connection, frame);
      break;
    case frames.LIVENESS:
      requests.movedConnection(frame[4])?.peer.learnHolder(frame);
      break;
    case frames.CREDIT:
      outbox.window?.grant(frame[1]);
      break;
    case frames.GOAWAY:
      onGoAway(session, connection, frame);
      break;
    case frames.REDIRECT:
      connections.redirect(openTransport(frame[1]));
      outbox.window?.onRedirect();
      connections.setRef(session.loopRef.isReferenced);
      break;
    case frames.ADOPTED:
      connection.awaitsAdopted = false;
      requests.adopt(connection, new Set(frame[1]));
      requests.failUnanswerable(new Failure('ServerDisappeared'));
      if (connection === connections.current) outbox.window?.onAdopted(frame[2]);
      break;
    default:
      connection.refuse();
  }
}

function onGoAway(session: Session, connection: ClientConnection, frame: frames.GoAway): void {
  const next = session.connections.after(connection);
  // An old host reports that the next one was lost before it had read everything that was sent to
  // it; this client's port to it may be lost as well.
  if (next !== undefined) {
    next.peer.startOrphanTimer();
    return;
  }
  const failure = goAwayFailure(frame);
  if (failure === undefined) connection.refuse('malformed error records');
  else session.onGoAway(failure);
}
