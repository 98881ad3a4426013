/** Values that are nested so deeply that engines cannot deserialize, or cannot serialize them. */

/**
 * `depth` objects, each a property of the next. V8 needs more stack to deserialize them than to
 * serialize them: in the main thread of Node 20 to 26 about 3,000 can be sent, and 2,500 are too
 * many to be read.
 */
export function nestedObjects(depth: number): unknown {
  let nest: unknown = {};
  for (let n = 0; n < depth; n++) nest = { next: nest };
  return nest;
}

/** The largest depth that this thread can send, or a depth that is more than enough. */
export function maxSendableDepth(): number {
  let [fits, tooDeep] = [1000, 8000];
  while (tooDeep - fits > 10) {
    const depth = Math.floor((fits + tooDeep) / 2);
    const { port1, port2 } = new MessageChannel();
    try {
      port1.postMessage(nestedObjects(depth));
      fits = depth;
    } catch {
      tooDeep = depth;
    }
    port1.close();
    port2.close();
  }
  // A frame nests the value one level deeper, and the stack of its sender is some calls deeper.
  return fits - 100;
}
