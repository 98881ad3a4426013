// comlink, whose windowEndpoint sends everything through the window. It knows no one-way message.
import * as comlink from 'comlink';
import { callWith, serviceOf } from '../contenders/comlink.mjs';

export async function open(frame, origin) {
  // What is sent before that is lost.
  await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  const heard = new AbortController();
  const { signal } = heard;
  // comlink leaves its listener behind, and each would be in the way of the next caller.
  const context = {
    addEventListener: (type, listener) => addEventListener(type, listener, { signal }),
    removeEventListener: (type, listener) => removeEventListener(type, listener),
  };
  const endpoint = comlink.windowEndpoint(frame.contentWindow, context, origin);
  return { ...callWith(comlink.wrap(endpoint)), close: () => heard.abort() };
}

export function serve(service, origin) {
  comlink.expose(serviceOf(service), comlink.windowEndpoint(parent, globalThis, origin), [origin]);
}
