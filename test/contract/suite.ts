/** All cases, in an order that explains the package. */
import { actorEnds, actorScripts } from './cases/actors/ends.js';
import { actorHandlers } from './cases/actors/handlers.js';
import { actorMethods } from './cases/actors/methods.js';
import { actorObjects } from './cases/actors/methods-of-objects.js';
import { actorProgress } from './cases/actors/progress.js';
import { actorReferences } from './cases/actors/references.js';
import { endsOfReferences } from './cases/actors/references-end.js';
import { placesOfReferences } from './cases/actors/references-places.js';
import { callErrors } from './cases/actors/call-errors.js';
import { remotes } from './cases/actors/remotes.js';
import { actorResults } from './cases/actors/results.js';
import { actorStreams } from './cases/actors/streams.js';
import { deadlocks } from './cases/actors/deadlocks.js';
import { deadLetters } from './cases/actors/dead-letters.js';
import { introspection } from './cases/actors/introspection.js';
import { names } from './cases/actors/registry.js';
import { namesOfThreads } from './cases/actors/registry-group.js';
import { poolFailures } from './cases/actors/pool-failures.js';
import { poolRenewal } from './cases/actors/pool-renewal.js';
import { poolSizes } from './cases/actors/pool-sizes.js';
import { pools } from './cases/actors/pools.js';
import { poolsOfThreads } from './cases/actors/pools-of-threads.js';
import { restarts } from './cases/actors/restarts.js';
import { supervision } from './cases/actors/supervision.js';
import { actorThreads } from './cases/actors/threads.js';
import { blockingCalls } from './cases/blocking/calls.js';
import { blockingDeaths } from './cases/blocking/deaths.js';
import { blockingPairs } from './cases/blocking/pairs.js';
import { comlinkCallbacks } from './cases/comlink/callbacks.js';
import { comlinkCalls } from './cases/comlink/calls.js';
import { comlinkEnds } from './cases/comlink/ends.js';
import { comlinkEndpoints } from './cases/comlink/endpoints.js';
import { accepting } from './cases/core/accepting.js';
import { capacity } from './cases/core/capacity.js';
import { clients } from './cases/core/clients.js';
import { cloneFaults } from './cases/core/clone-errors.js';
import { clocks } from './cases/core/timeouts-under-load.js';
import { closing } from './cases/core/closing.js';
import { connectingFails } from './cases/core/connecting-fails.js';
import { connecting } from './cases/core/connecting.js';
import { deaths } from './cases/core/deaths.js';
import { droppedMessages } from './cases/core/undelivered.js';
import { errors } from './cases/core/errors.js';
import { givingUp } from './cases/core/cancelling.js';
import { held } from './cases/core/held-messages.js';
import { lanes } from './cases/core/lanes.js';
import { lanesOfPorts } from './cases/moving/lanes.js';
import { hostile } from './cases/core/hostile-peers.js';
import { invalidOptions } from './cases/core/invalid-options.js';
import { mailbox } from './cases/core/mailbox.js';
import { movedClients } from './cases/moving/clients.js';
import { movedContexts } from './cases/moving/contexts.js';
import { movedServersEnds } from './cases/moving/servers-end.js';
import { movedServers } from './cases/moving/servers.js';
import { reconnecting } from './cases/core/reconnecting.js';
import { requests } from './cases/core/requests.js';
import { ports, senders } from './cases/core/senders.js';
import { tooDeep } from './cases/core/too-deep.js';
import { transferables } from './cases/core/transferables.js';

export const suite = [
  ...requests,
  ...errors,
  ...cloneFaults,
  ...transferables,
  ...givingUp,
  ...mailbox,
  ...clients,
  ...senders,
  ...ports,
  ...accepting,
  ...closing,
  ...capacity,
  ...held,
  ...connecting,
  ...connectingFails,
  ...invalidOptions,
  ...reconnecting,
  ...movedContexts,
  ...movedClients,
  ...movedServers,
  ...movedServersEnds,
  ...deaths,
  ...droppedMessages,
  ...hostile,
  ...lanes,
  ...lanesOfPorts,
  ...tooDeep,
  ...blockingPairs,
  ...blockingCalls,
  ...blockingDeaths,
  ...actorHandlers,
  ...actorMethods,
  ...actorObjects,
  ...actorResults,
  ...actorReferences,
  ...endsOfReferences,
  ...placesOfReferences,
  ...callErrors,
  ...actorProgress,
  ...actorStreams,
  ...remotes,
  ...actorThreads,
  ...supervision,
  ...restarts,
  ...pools,
  ...poolSizes,
  ...poolFailures,
  ...poolRenewal,
  ...poolsOfThreads,
  ...actorScripts,
  ...actorEnds,
  ...names,
  ...namesOfThreads,
  ...introspection,
  ...deadlocks,
  ...deadLetters,
  ...comlinkCalls,
  ...comlinkCallbacks,
  ...comlinkEnds,
  ...comlinkEndpoints,
  ...clocks,
];
