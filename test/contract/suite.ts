/** All cases, in the order in which they explain the package. */
import { actorHandlers } from './cases/actors-handlers.js';
import { actorMethods } from './cases/actors-methods.js';
import { actorStreams } from './cases/actors-streams.js';
import { deadLetters } from './cases/actors-dead-letters.js';
import { introspection } from './cases/actors-introspection.js';
import { names } from './cases/actors-names.js';
import { namesOfThreads } from './cases/actors-names-of-threads.js';
import { poolSizes } from './cases/actors-pool-sizes.js';
import { pools } from './cases/actors-pools.js';
import { poolsOfThreads } from './cases/actors-pools-of-threads.js';
import { restarts } from './cases/actors-restarts.js';
import { supervision } from './cases/actors-supervision.js';
import { actorThreads } from './cases/actors-threads.js';
import { blockingCalls } from './cases/blocking-calls.js';
import { blockingDeaths } from './cases/blocking-deaths.js';
import { blockingPairs } from './cases/blocking-pairs.js';
import { capacity } from './cases/capacity.js';
import { clients } from './cases/clients.js';
import { cloneFaults } from './cases/clone-faults.js';
import { clocks } from './cases/clocks.js';
import { closing } from './cases/closing.js';
import { connectingFails } from './cases/connecting-fails.js';
import { connecting } from './cases/connecting.js';
import { deaths } from './cases/deaths.js';
import { droppedMessages } from './cases/dropped.js';
import { errors } from './cases/errors.js';
import { givingUp } from './cases/giving-up.js';
import { held } from './cases/held.js';
import { hostile } from './cases/hostile.js';
import { mailbox } from './cases/mailbox.js';
import { movedClients } from './cases/moved-clients.js';
import { movedContexts } from './cases/moved-contexts.js';
import { movedServersEnds } from './cases/moved-servers-ends.js';
import { movedServers } from './cases/moved-servers.js';
import { reconnecting } from './cases/reconnecting.js';
import { requests } from './cases/requests.js';
import { tooDeep } from './cases/too-deep.js';
import { transferables } from './cases/transferables.js';

export const suite = [
  ...requests,
  ...errors,
  ...cloneFaults,
  ...transferables,
  ...givingUp,
  ...mailbox,
  ...clients,
  ...closing,
  ...capacity,
  ...held,
  ...connecting,
  ...connectingFails,
  ...reconnecting,
  ...movedContexts,
  ...movedClients,
  ...movedServers,
  ...movedServersEnds,
  ...deaths,
  ...droppedMessages,
  ...hostile,
  ...tooDeep,
  ...blockingPairs,
  ...blockingCalls,
  ...blockingDeaths,
  ...actorHandlers,
  ...actorMethods,
  ...actorStreams,
  ...actorThreads,
  ...supervision,
  ...restarts,
  ...pools,
  ...poolSizes,
  ...poolsOfThreads,
  ...names,
  ...namesOfThreads,
  ...introspection,
  ...deadLetters,
  ...clocks,
];
