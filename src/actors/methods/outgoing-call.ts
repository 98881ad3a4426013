/** Calls and results on their way: what travels by reference is taken out of them. */
import { closePortsIn, type PortLike } from '../../core/internal.js';
import { packReferences } from '../references/pack-references.js';
import type { Mode } from './call.js';
import { streamOf } from './outgoing-stream.js';

/** The message of a call. */
export type CallMessage = readonly [
  name: string,
  args: readonly unknown[],
  sink?: PortLike | null | undefined,
  mode?: Mode | undefined,
  references?: unknown,
  sinkBehind?: PortLike | undefined,
];

export interface OutgoingCall {
  readonly message: CallMessage;
  readonly transfer: readonly object[];
  /** The ports that must be closed if the message is not sent. */
  readonly ports: readonly object[];
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
  const sinks = sink === undefined ? [] : [sink];
  if (packed === undefined) {
    const message: CallMessage = [name, args, sink, mode];
    return { message, transfer: [...transfer, ...sinks], ports: sinks };
  }
  const { value, references, ports } = packed;
  return {
    message: [name, value as unknown[], null, mode, references, sink],
    transfer: [...transfer, ...sinks, ...ports],
    ports: [...sinks, ...ports],
  };
}

/** Closes the ports of a call unless they were sent. */
export const closeUnsent = ({ ports }: Pick<OutgoingCall, 'ports'>): void => {
  if (ports.length > 0) closePortsIn(ports);
};

/** Undefined if the result holds no reference. */
