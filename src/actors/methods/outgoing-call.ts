/** Calls and results on their way: what travels by reference is taken out of them. */
import { closePortsIn, type PortLike } from '../../core/internal.js';
import { packReferences } from '../references/pack-references.js';
import type { Mode } from './call.js';
import { streamOf } from './outgoing-stream.js';

/** The message of a call. */
export type CallMessage = readonly [
  head: string | readonly [name: string],
  args: readonly unknown[],
  sink?: PortLike | undefined,
  mode?: Mode | undefined,
  references?: unknown,
];

export interface OutgoingCall {
  readonly message: CallMessage;
  readonly transfer: readonly object[];
  /** The ports that must be closed if the message is not sent. */
  readonly ports: readonly object[];
  /** What an actor with the first build does not know. */
  readonly needs?: string | undefined;
}

const NO_PORTS: readonly object[] = [];

/** @throws UmpError `Detached` if a reference among the arguments was closed. */
export function outgoingCall(
  name: string,
  args: readonly unknown[],
  transfer: readonly object[],
  sink?: PortLike,
  mode?: Mode,
): OutgoingCall {
  const packed =
    args.length === 0 ? undefined : packReferences(args, transfer, streamOf, 'value[1]');
  if (packed === undefined && sink === undefined) {
    return { message: [name, args], transfer, ports: NO_PORTS };
  }
  const { value, references, ports } = packed ?? { value: args, references: undefined, ports: [] };
  const needs =
    packed !== undefined
      ? 'callbacks, remote objects and streams as arguments'
      : mode === 'progress'
        ? 'progress'
        : undefined;
  const head = needs === undefined ? name : ([name] as const);
  const own = sink === undefined ? ports : [sink, ...ports];
  return {
    message: [head, value as unknown[], sink, mode, references],
    transfer: [...transfer, ...own],
    ports: own,
    needs,
  };
}

/** Closes the ports of a call unless they were sent. */
export const closeUnsent = ({ ports }: Pick<OutgoingCall, 'ports'>): void => {
  if (ports.length > 0) closePortsIn(ports);
};

/** Undefined if the result holds no reference. */
