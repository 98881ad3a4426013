/** `#endpoints` where it is not known before the code runs whether the ports are Node's. */
import type { EndpointAdapter } from '../core/connect/endpoint.js';
import type { ConnectOptions, ListenOptions } from '../core/options.js';
import { nodeEndpoint } from '../node/endpoint.js';
import * as web from '../web/endpoint.js';

export const endpointToConnect = (
  stackStartFn: unknown,
  endpoint: object,
  options: ConnectOptions,
): EndpointAdapter | undefined =>
  nodeEndpoint(endpoint) ?? web.endpointToConnect(stackStartFn, endpoint, options);

export const endpointToListen = (
  stackStartFn: unknown,
  endpoint: object | undefined,
  options: ListenOptions,
): EndpointAdapter | undefined =>
  nodeEndpoint(endpoint) ?? web.endpointToListen(stackStartFn, endpoint, options);
