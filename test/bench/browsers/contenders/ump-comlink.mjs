// ump-ng/comlink: the API of comlink, over the Worker's own channel.
import * as lib from 'ump-ng/comlink';
import { callWith, serviceOf } from '../../remote-objects.mjs';

export const open = (worker) => callWith(lib, lib.wrap(worker));
export const serve = (service) => lib.expose(serviceOf(lib, service));
