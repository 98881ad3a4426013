// The cases of what was added since the first build that negotiates: by sentence, without the
// theme.

/** Cases that need the entry ump-ng/comlink on both sides. */
const comlink = [
  'comlink: methods, also asynchronous ones and those of nested objects',
  'comlink: properties are read and set, at any depth',
  'comlink: a function by itself, and a class with all that it has',
  'comlink: what is thrown arrives with its class, code and cause',
  'comlink: what is no function cannot be called',
  'comlink: prototypes and constructors cannot be reached',
  'comlink: what cannot be cloned is refused, and the remote goes on',
  'comlink: transfer() moves arguments and results',
  'comlink: transfer handlers on both sides',
  'comlink: with() gives calls a timeout or a signal',
  'comlink: a callback is called by the other side',
  'comlink: many callbacks at once',
  'comlink: a callback can get a callback',
  'comlink: what a callback throws reaches the other side',
  'comlink: a callback that is kept can be called later',
  'comlink: a remote can be passed on',
  'comlink: a call that cannot be sent keeps no callback',
  'comlink: a released remote throws, and its pending calls settle',
  'comlink: the finalizer is called when the remote is released',
  'comlink: the finalizer of a callback is called when it is released',
  'comlink: the death of the thread settles all calls',
  'comlink: the death of the caller releases the object',
  'comlink: calls wait until the object is exposed',
  'comlink: createEndpoint() makes a port for another thread',
  'comlink: two remotes of one endpoint are independent',
];

/** Cases that need it in the threads that are started. */
export const there = [
  ...comlink,
  '`started` of an actor in a thread',
  'a thread that stops returns the calls behind',
  'with maxMemory a thread that uses more is renewed',
  'the memory of a thread is told in bytes',
  'Errors in results of Promise.allSettled() arrive complete',
  'registered classes of Errors arrive as such, at any depth',
  'a transferred result comes from another thread',
  'what a generator returns comes from another thread',
  'progress from another thread arrives in order, before the outcome',
];

/** Cases that need it in the thread that starts the others. */
export const here = [
  ...there,
  'a pool whose workers cannot tell their memory fails, and says why',
  'a pool of threads that do not load gives up, with the cause',
  'every call settles though workers are killed under load',
  'a Worker is no script',
  'disposing of an actor in a thread waits until that has ended',
  'disposing of an actor that was killed does not reject',
  // Their messages say how long a call has waited.
  'a timeout rejects, and the late reply is ignored',
  'a client times out if no server listens in time',
  'a reply that has arrived wins over the timeout; otherwise the request is cancelled at the server',
  'connect() takes the other end, after accept()',
  'connect() takes the other end, before accept()',
  'connect() takes the other end in another thread',
  'a server that moves takes the clients of connect() with it',
  'a server that has closed rejects the calls of connect()',
  'several clients connect through an accepted port',
  'an accepted port that is connected carries messages of the application',
  'a client that was closed before accept() has come and gone',
  'a server that is on its way takes up a port',
];
