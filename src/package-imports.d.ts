/** The modules behind these names depend on the platform; `imports` in package.json lists them. */

declare module '#endpoints' {
  /** Undefined if `target` is not an endpoint. */
  export function endpointToConnect(
    stackStartFn: unknown,
    target: object,
    options: import('./core/options.js').ConnectOptions,
  ): import('./core/connect/endpoint.js').Endpoint | undefined;

  /**
   * Without `target`: the agent that started this one. Undefined if `target` is not an endpoint, or
   * nothing here is the default.
   */
  export function endpointToListen(
    stackStartFn: unknown,
    target: object | undefined,
    options: import('./core/options.js').ListenOptions,
  ): import('./core/connect/endpoint.js').Endpoint | undefined;
}
