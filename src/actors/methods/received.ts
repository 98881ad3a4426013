/** What arrived by reference, as the handles by which it is used. */
import { Client, type PortLike } from '../../core/internal.js';
import { isReferenceList, placeReferences } from '../references/place-references.js';
import type { Kind, Reference, WireReference } from '../references/reference.js';
import type { AnyCall } from './call.js';
import { callbackThrough, withEnds } from './handles.js';
import { BY_REFERENCE } from './outgoing-call.js';
import { ReceivedStream, type Holding } from './received-stream.js';
import { createRemote } from './remote-calls.js';

/** The arguments of a call, with the references among them. */
export const receivedArguments = ({ args, references }: AnyCall): unknown =>
  references === undefined ? args : placeReferences(args, references, revive);

/** What a caller gets of a reply. */
export function receivedResult(reply: unknown): unknown {
  if (!Array.isArray(reply) || reply[0] !== BY_REFERENCE) return reply;
  const references: unknown = reply[2];
  // An application may send anything, but not by chance a list of ports.
  return isReferenceList(references) ? placed(reply[1], references) : reply;
}

const placed = (value: unknown, references: readonly WireReference[]): unknown =>
  placeReferences(value, references, revive);

function revive(kind: Kind, port: object): unknown {
  const client: Holding = Client.from(port as PortLike);
  if (kind === 'stream') return new ReceivedStream(client, receivedResult);
  const ends = {
    get closed() {
      return client.closed;
    },
    close: () => {
      client.close();
    },
  };
  const end = (): Promise<void> => {
    client.close();
    return Promise.resolve();
  };
  const passedOn: Reference = { kind, newPort: () => client.clone().transfer() };
  return kind === 'callback'
    ? callbackThrough(() => client, passedOn, ends, receivedResult)
    : withEnds(createRemote(client, end, receivedResult), passedOn, ends);
}
