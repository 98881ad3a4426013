/** What is behind this name depends on the platform: see `imports` in package.json. */

declare module '#endpoints' {
  /** Undefined if it is not an endpoint of this platform. */
  export function endpointToConnect(
    stackStartFn: unknown,
    endpoint: object,
    options: import('./core/options.js').ConnectOptions,
  ): import('./core/connect/endpoint.js').EndpointAdapter | undefined;

  /**
   * By default, the agent that started this one. Undefined if `endpoint` is not an endpoint of this
   * platform, or if there is no default one.
   */
  export function endpointToListen(
    stackStartFn: unknown,
    endpoint: object | undefined,
    options: import('./core/options.js').ListenOptions,
  ): import('./core/connect/endpoint.js').EndpointAdapter | undefined;
}
