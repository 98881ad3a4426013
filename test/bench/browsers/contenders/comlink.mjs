// comlink, which speaks over the Worker's own channel too. It knows no one-way message.
import * as comlink from 'comlink';
import * as objects from '../../remote-objects.mjs';

export const callWith = (remote) => objects.callWith(comlink, remote);
export const serviceOf = (service) => objects.serviceOf(comlink, service);

export const open = (worker) => callWith(comlink.wrap(worker));
export const serve = (service) => comlink.expose(serviceOf(service));
