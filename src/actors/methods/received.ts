/** What arrived by reference, as the handles by which it is used. */
import { Client, type PortLike } from '../../core/internal.js';
import { placeReferences } from '../references/place-references.js';
import type { Kind, Reference } from '../references/reference.js';
import { sentByReference } from './by-reference.js';
import type { AnyCall } from './call.js';
import { callbackThrough, withEnds } from './handles.js';
import { ReceivedStream, type ReferenceClient } from './received-stream.js';
import { createRemote } from './remote-calls.js';

/** The arguments of a call, with the references among them. */
export const receivedArguments = ({ args, references }: AnyCall): unknown =>
  references === undefined ? args : placeReferences(args, references, revive);

/** What a caller gets of a reply, and of an item of a stream. */
export function receivedResult(received: unknown): unknown {
  const sent = sentByReference(received);
  return sent === undefined ? received : placeReferences(sent.value, sent.references, revive);
}

function revive(kind: Kind, port: object): unknown {
  const client: ReferenceClient = Client.from(port as PortLike);
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
