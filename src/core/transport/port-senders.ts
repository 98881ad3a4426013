/** The agents from which ports came in messages, where that is known. */
import { perThread } from '../support/per-thread.js';

type OnSender = (agentId: string) => void;

/** For each port that came in a message: its sender, or a listener that waits for the sender. */
const senders = perThread(() => new WeakMap<object, string | OnSender>());

/**
 * Calls `learned` with the id of the agent that has sent this port to the application, if it
 * becomes known. The application may take up the port in a listener that is called before ours.
 */
export function onSenderKnown(port: object, learned: OnSender): void {
  const sender = senders().get(port);
  if (typeof sender === 'string') learned(sender);
  else senders().set(port, learned);
}

/** Ports have arrived in a message of the application; an imitated Worker may not list them. */
export function setSender(ports: readonly object[] | undefined, agentId: string | undefined): void {
  if (agentId === undefined) return;
  for (const port of ports ?? []) {
    const known = senders().get(port);
    senders().set(port, agentId);
    if (typeof known === 'function') known(agentId);
  }
}
