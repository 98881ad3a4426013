/** What is behind this name depends on the platform: see `imports` in package.json. */

declare module '#endpoints' {
  /** Undefined if `target` is not an endpoint. */
  export function endpointToConnect(
    stackStartFn: unknown,
    target: object,
    options: import('./core/options.js').ConnectOptions,
  ): import('./core/connect/endpoint.js').EndpointAdapter | undefined;

  /**
   * Without `target`: the agent that started this one. Undefined if `target` is not an endpoint, or
   * nothing here is the default.
   */
  export function endpointToListen(
    stackStartFn: unknown,
    target: object | undefined,
    options: import('./core/options.js').ListenOptions,
  ): import('./core/connect/endpoint.js').EndpointAdapter | undefined;
}
