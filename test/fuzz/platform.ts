/** What Node and browsers do differently, as far as it matters here. */

/** A port, as both have it. */
export interface Port {
  postMessage(message: unknown, transfer?: readonly object[]): void;
  close(): void;
  start?(): void;
  addEventListener(type: string, listener: (event: { data: unknown }) => void): void;
  on?(type: string, listener: (data: unknown) => void): void;
}
interface Surroundings {
  MessageChannel: new () => { port1: Port; port2: Port };
  MessagePort: new () => Port;
  setImmediate?(call: () => void): void;
  setTimeout(call: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
  addEventListener?(
    type: string,
    listener: (event: { preventDefault(): void; error?: unknown; reason?: unknown }) => void,
  ): void;
  readonly process?: {
    on?(event: string, listener: (error: unknown) => void): void;
    getActiveResourcesInfo?(): string[];
    getBuiltinModule?(name: string): unknown;
    cpuUsage?(): { user: number; system: number };
  };
  gc?(): void;
}
export const surroundings = globalThis as unknown as Surroundings;

/**
 * Milliseconds, of processor time where it is known: other processes of a busy machine add nothing
 * to it.
 */
export function workClock(): number {
  const used = surroundings.process?.cpuUsage?.();
  return used === undefined ? performance.now() : (used.user + used.system) / 1000;
}

export const isPort = (value: unknown): value is Port => value instanceof surroundings.MessagePort;
export const newChannel = (): { port1: Port; port2: Port } => new surroundings.MessageChannel();
export const isNode = surroundings.process?.on !== undefined;

/** Calls the listeners with each message, and once the other end is gone where a port tells. */
export function read(port: Port, onMessage: (data: unknown) => void, onClose: () => void): void {
  if (port.on !== undefined) {
    port.on('message', onMessage);
    port.on('messageerror', () => undefined);
    port.on('close', onClose);
  } else {
    port.addEventListener('message', ({ data }) => {
      onMessage(data);
    });
    port.addEventListener('close', onClose);
    port.start?.();
  }
}

/** A turn of the event loop; in browsers, what was sent before through ports has mostly arrived. */
export function turn(): Promise<void> {
  const { setImmediate } = surroundings;
  if (setImmediate !== undefined) return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = newChannel();
    read(
      port1,
      () => {
        port1.close();
        resolve();
      },
      () => undefined,
    );
    port2.postMessage(0);
  });
}

/** Rejects if it takes longer, which only a hang does. */
export function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = surroundings.setTimeout(() => {
      reject(new Error(`never: ${what}`));
    }, ms);
    promise.then(resolve, reject).finally(() => {
      surroundings.clearTimeout(timer);
    });
  });
}
